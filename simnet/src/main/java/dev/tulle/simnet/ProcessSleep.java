// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.simnet;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether all other threads of this process sleep, as the kernel says it: then nothing happens any
 * more before a time-out or a frame.
 *
 * <p>A thread that was woken counts as running from that moment on, also before it has a processor;
 * the JVM's own states tell that too late. All threads sleep where none can run, and none has run
 * since a look at all of them before. The JVM's own threads count as well: others wait for locks of
 * its compilers. Source: proc_pid_stat(5), Linux's sched-stats.rst.
 */
final class ProcessSleep {
  private static final File TASKS = new File("/proc/self/task");
  private static final long PAUSE_NS = 20_000L;
  private static final int LINE = 512;

  private final Map<String, Task> tasks = new HashMap<>();
  private final byte[] line = new byte[LINE];

  /** The threads that only look, one for each network. */
  private static final Set<String> LOOKERS = ConcurrentHashMap.newKeySet();

  /** One thread: its files stay open, because they are read again and again. */
  private static final class Task {
    final RandomAccessFile stat;
    final RandomAccessFile schedule;
    String runs = "";

    Task(File folder) throws IOException {
      stat = new RandomAccessFile(new File(folder, "stat"), "r");
      schedule = new RandomAccessFile(new File(folder, "schedstat"), "r");
    }

    void close() {
      try {
        stat.close();
        schedule.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Leaves out the thread that calls, for all networks. */
  void ours() {
    try {
      Path own = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      LOOKERS.add(own.getFileName().toString());
    } catch (IOException e) {
      throw new UncheckedIOException("virtual time needs Linux's /proc", e);
    }
  }

  /** Waits until all others sleep. */
  void await() {
    look(); // what is new since the last time
    while (!look()) {
      LockSupport.parkNanos(this, PAUSE_NS);
    }
  }

  /** Whether all sleep and have slept since the last look. */
  private boolean look() {
    String[] names = TASKS.list();
    if (names == null) {
      throw new IllegalStateException("virtual time needs Linux's /proc");
    }
    Set<String> there = Set.of(names);
    tasks
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !there.contains(entry.getKey());
              if (gone) {
                entry.getValue().close();
              }
              return gone;
            });
    boolean quiet = true;
    for (String name : names) {
      quiet &= LOOKERS.contains(name) || asleep(name);
    }
    return quiet;
  }

  private boolean asleep(String name) {
    try {
      Task task = tasks.get(name);
      if (task == null) {
        task = new Task(new File(TASKS, name));
        tasks.put(name, task);
      }
      String stat = read(task.stat);
      int end = stat.lastIndexOf(')');
      String runs = read(task.schedule);
      boolean same = runs.equals(task.runs);
      task.runs = runs;
      return same && stat.charAt(end + 2) == 'S';
    } catch (IOException e) {
      return false; // the thread has just ended
    }
  }

  private String read(RandomAccessFile file) throws IOException {
    file.seek(0);
    int n = file.read(line);
    return new String(line, 0, Math.max(0, n), StandardCharsets.ISO_8859_1);
  }
}
