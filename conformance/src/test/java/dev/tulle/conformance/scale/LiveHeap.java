// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.scale;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Octets of the objects that are alive, to the octet.
 *
 * <p>What the heap has in use is more, and by how much differs from run to run: each thread holds a
 * piece of it to allocate from, whose size grows with the heap, and the collector leaves gaps where
 * filling them is not worth its time. So the objects are counted, class by class.
 */
final class LiveHeap {
  /** A line of the histogram: rank, objects, octets, class. */
  private static final Pattern LINE = Pattern.compile("(?m)^ *\\d+: +\\d+ +(\\d+) +(\\S+)");

  /** What the collector fills gaps with. */
  private static final String FILLER = "jdk.internal.vm.FillerElement";

  private LiveHeap() {}

  /** The octets now; the garbage is collected first. */
  static long bytes() {
    String[] options = {};
    Object[] arguments = {options};
    String[] types = {String[].class.getName()};
    try {
      ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
      Object table =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(commands, "gcClassHistogram", arguments, types);
      return sum(table.toString());
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long sum(String table) {
    long sum = 0;
    for (Matcher line = LINE.matcher(table); line.find(); ) {
      sum += line.group(2).contains(FILLER) ? 0 : Long.parseLong(line.group(1));
    }
    return sum;
  }
}
