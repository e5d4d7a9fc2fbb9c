// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Capture;
import dev.tulle.link.Impairment;
import dev.tulle.link.ImpairmentSettings;
import dev.tulle.link.ImpairmentText;
import dev.tulle.link.Link;
import dev.tulle.profile.Host;

/**
 * What can be done with a program's link: leave it to the machine to cut TCP segments, put it on a
 * bad network, and capture what goes over it; who may ask how the program is; and what is told of
 * its memory.
 *
 * <p>A program that is not handed one has neither their options nor their code.
 */
public final class Instruments {
  private static final String USAGE =
      """
        --impair SPEC       a bad network, as loss=1%,delay=20ms,seed=7; both directions each:
                            loss burst delay jitter reorder duplicate corrupt mark rate
                            queue mtu seed; mark says congestion instead of
                            dropping, mtu drops larger IP packets and tells nobody
        --pcap FILE         write all packets to FILE, for tshark or Wireshark
        --offload           exchange TCP segments with this machine's kernel uncut, in
                            frames of up to 64 KB
        -v                  say first what memory is taken, and by what
      """;

  /** Frames on their way in each direction of an impaired link. */
  private static final int IMPAIRED_FRAMES = 2048;

  private boolean offload;

  /** Of a packet, beside the frame: the object, its array's header and room for headers. */
  private static final int PACKET_BYTES = 64 + 16 + Packet.HEADROOM;

  private ImpairmentSettings impairment;
  private byte[] path;
  private FileSink capture;
  private boolean tells;
  private int heapBefore;

  /** Null where nobody may ask how the program is. */
  private final Inspector inspector;

  public Instruments() {
    this(null);
  }

  /** Those that let others ask how the program is besides. */
  public Instruments(Inspector inspector) {
    this.inspector = inspector;
  }

  /** What {@code --help} says of them. */
  void usage(Console console) {
    console.out(USAGE);
    if (inspector != null) {
      console.out(Inspector.USAGE);
    }
  }

  /** Takes the word at {@code index} and its value, as {@link Program#take} does. */
  int take(Messages messages, Arguments arguments, int index) {
    if (Words.is(arguments, index, "--offload")) {
      offload = true;
      return 1;
    }
    if (Words.is(arguments, index, "-v")) {
      tells = true;
      return 1;
    }
    int taken = inspector == null ? 0 : inspector.take(messages, arguments, index);
    if (taken != 0) {
      return taken;
    }
    boolean captures = Words.is(arguments, index, "--pcap");
    if (!captures && !Words.is(arguments, index, "--impair")) {
      return 0;
    }
    byte[] value = new Words(messages).value(arguments, index);
    if (value == null) {
      return Messages.SAID;
    }
    if (!captures) {
      return takeImpairment(messages, value);
    }
    path = value;
    return value.length == 0 || value.length > Files.PATH_BYTES
        ? messages.say("--pcap needs a file name")
        : 2;
  }

  /** Opens a link as the stack shall see it; null, with a complaint, where that fails. */
  Link open(Platform platform, Messages messages, boolean tap, byte[] name) {
    if (!offload) {
      return around(Options.open(platform, messages, tap, name), platform, messages);
    }
    Link link =
        tap ? platform.openMergingTap(name, true) : platform.openMergingInterface(name, true);
    return around(Options.opened(platform, messages, link, name), platform, messages);
  }

  private Link around(Link link, Platform platform, Messages messages) {
    Link around = link;
    if (link != null && impairment != null) {
      around = new Impairment(around, impairment, IMPAIRED_FRAMES);
    }
    if (link != null && path != null) {
      int file = platform.files().createInPlace(path, path.length);
      if (file < 0) {
        messages.sayFile("cannot write ", path, path.length, file);
        return null;
      }
      capture = new FileSink(platform.files(), file);
      long offsetNs = platform.unixTimeNs() - platform.nowNs();
      around = new Capture(around, capture, offsetNs, Capture.type(link));
    }
    heapBefore = platform.heapOctets();
    return around;
  }

  /** The host is assembled; false, with a complaint, where nobody can ask it how it is. */
  boolean open(Messages messages, Host host, Options options) {
    byte[] name = options.tap != null ? options.tap : options.interfaceName;
    return inspector == null || inspector.open(messages, host, new byte[][] {name});
  }

  /** Tells what memory is taken now that a stack has been assembled on the link from above. */
  void tell(Host host, Link link, Platform platform, Messages messages) {
    if (!tells) {
      return;
    }
    int program = platform.programOctets();
    int heap = platform.heapOctets();
    if (program < 0 || heap < 0) {
      messages.say("-v is for native binaries, which count what they allocate");
      return;
    }
    int packets = host.pool.capacity() * (PACKET_BYTES + link.frameBytes());
    Text line = messages.begin("octets of memory: code and data ").line();
    line.decimal(program).put(", program and link ").decimal(heapBefore);
    line.put(", packets ").decimal(packets);
    line.put(", connections, their buffers and tables ").decimal(heap - heapBefore - packets);
    line.put("; in all ").decimal(program + heap);
    messages.end();
  }

  /**
   * Answers who asks how the program is, and where this is about to wait writes what was captured,
   * so that a reader sees it; a failure is told at the end.
   *
   * @return when to go on at the latest
   */
  long waits(long deadlineNs, long nowNs) {
    long earlierNs = inspector == null ? deadlineNs : Math.min(deadlineNs, inspector.poll(nowNs));
    if (capture != null && earlierNs - nowNs > 0) {
      capture.flush();
    }
    return earlierNs;
  }

  /**
   * Answers nobody any more, and writes the rest of a capture; whether all of it was written, which
   * is said otherwise.
   */
  boolean close(Messages messages) {
    if (inspector != null) {
      inspector.close();
    }
    if (capture == null) {
      return true;
    }
    int status = capture.flush();
    capture.close();
    if (status < 0) {
      messages.sayFile("the capture is not whole: ", path, path.length, status);
    }
    return status >= 0;
  }

  private int takeImpairment(Messages messages, byte[] value) {
    impairment = new ImpairmentSettings();
    ImpairmentText text = new ImpairmentText();
    if (text.parse(value, 0, value.length, impairment)) {
      return 2;
    }
    String reason;
    switch (text.error()) {
      case ImpairmentText.BAD_NUMBER:
        reason = ": that is not a number";
        break;
      case ImpairmentText.BAD_UNIT:
        reason = ": wrong unit; write 1%, 20ms, 100mbit, or a number for burst, queue, mtu, seed";
        break;
      case ImpairmentText.OUT_OF_RANGE:
        reason = ": too large";
        break;
      case ImpairmentText.TWICE:
        reason = ": given twice";
        break;
      default:
        reason =
            ": known are loss burst delay jitter reorder duplicate corrupt mark rate queue mtu"
                + " seed";
        break;
    }
    Text line = messages.begin("--impair ").line();
    line.shown(value, text.errorAt(), text.errorBytes(), 40).put(reason);
    return messages.end();
  }
}
