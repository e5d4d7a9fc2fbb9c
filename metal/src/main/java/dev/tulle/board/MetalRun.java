// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.board;

import dev.tulle.nativebuild.BuildFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code ./tulle metal run}: makes an image and becomes the machine that runs it.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 used wrongly.
 */
public final class MetalRun {
  private static final String USAGE =
      """
      Usage: ./tulle metal run [OPTION]...
             ./tulle metal test [BOARD]
             ./tulle metal linux [MB]

      run makes an image for a machine without an operating system and boots it in QEMU;
      its serial port is the terminal, Ctrl-C ends it.

        --board B         the machine: i586 (the default), i586-pci, mps2
        --profile P       what its stack has: minimal (the default), client
        --program NAME    what it does: httpd on minimal, get on client (-m 4)
        --words WORDS     the program's own words, as a URL; it has its address by DHCP
                          where they are given without --address
        --files DIR       the folder that it serves, which becomes part of the image
        -m MB             its memory
        --forward H:G     this machine's port H leads to its port G
        --tap NAME        plug it into a TAP device instead, as root
        --address A/P     its address; 10.0.2.15/24 where nothing is said
        --gateway A       its gateway; 10.0.2.2
        --image           only make the program, and print its path

      test boots each board and checks what it does.

      linux builds a kernel without IPv4 from Debian's linux-source, boots it with 8 MB and
      lets get, linked statically, fetch a file by name over a packet socket.
      """;

  private final Path root;
  private Board board = Board.ALL.get(0);
  private String profile = "minimal";
  private String program = "httpd";
  private Path files;
  private int memoryMb;
  private String forward;
  private String tap;
  private String address;
  private String gateway;
  private String words = "";
  private boolean imageOnly;

  private MetalRun(Path root) {
    this.root = root;
    files = root.resolve("metal/src/main/www");
  }

  public static void main(String[] arguments) throws InterruptedException {
    Path root = Path.of(System.getProperty("tulle.root", "")).toAbsolutePath();
    System.exit(new MetalRun(root).run(arguments));
  }

  private int run(String[] arguments) throws InterruptedException {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals("--help")) {
        System.out.print(USAGE);
        return 0;
      }
      if (arguments[i].equals("--image")) {
        imageOnly = true;
        continue;
      }
      String problem =
          i + 1 < arguments.length
              ? take(arguments[i], arguments[i + 1])
              : arguments[i] + " is no option, or needs a value (see --help)";
      if (problem != null) {
        System.err.println("metal: " + problem);
        return 2;
      }
      i++;
    }
    try {
      Image image = Image.build(root, board, profile + " " + program, files);
      if (imageOnly) {
        System.out.println(image.program());
        return 0;
      }
      Process machine =
          new ProcessBuilder(qemu(image)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      Runtime.getRuntime().addShutdownHook(new Thread(machine::destroy));
      return watch(machine);
    } catch (BuildFailure | IOException e) {
      System.err.println("metal: " + e.getMessage());
      return 1;
    }
  }

  /** Shows what the machine says, until it says that it has stopped. */
  private static int watch(Process machine) throws IOException, InterruptedException {
    String end = "tulle: stopped with code ";
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    InputStream serial = machine.getInputStream();
    for (int octet = serial.read(); octet >= 0; octet = serial.read()) {
      System.out.write(octet);
      if (serial.available() == 0) {
        System.out.flush();
      }
      if (octet != '\n') {
        line.write(octet);
        continue;
      }
      String said = line.toString(StandardCharsets.ISO_8859_1).strip();
      line.reset();
      if (said.startsWith(end)) {
        machine.destroyForcibly(); // asked to end it would say so
        return said.equals(end + "0") ? 0 : 1;
      }
    }
    return machine.waitFor() == 0 ? 0 : 1;
  }

  private List<String> qemu(Image image) throws IOException {
    List<String> line = new ArrayList<>();
    if (address == null && !words.isEmpty()) {
      line.add("--address dhcp");
    } else {
      line.add("--address " + (address == null ? "10.0.2.15/24" : address));
      if (gateway != null || tap == null) {
        line.add("--gateway " + (gateway == null ? "10.0.2.2" : gateway));
      }
    }
    line.add(words);
    String network =
        tap == null
            ? Qemu.user(forward == null ? new String[0] : new String[] {forward})
            : Qemu.tap(tap);
    return Qemu.command(
        root,
        board,
        image,
        memoryMb == 0 ? board.memoryMb() : memoryMb,
        network,
        String.join(" ", line).strip());
  }

  /** Takes an option; answers what is wrong with it, or null. */
  private String take(String option, String value) {
    switch (option) {
      case "--board" -> {
        board = Board.named(value);
        if (board == null) {
          List<String> names = new ArrayList<>();
          Board.ALL.forEach(known -> names.add(known.name()));
          return "there is no board " + value + "; there are: " + String.join(", ", names);
        }
      }
      case "--profile" -> profile = value;
      case "--program" -> program = value;
      case "--files" -> {
        files = Path.of(value);
        return Files.isDirectory(files) ? null : value + " is no folder";
      }
      case "-m" -> {
        if (!value.matches("[1-9][0-9]{0,3}")) {
          return "-m needs a number of megabytes, not " + value;
        }
        memoryMb = Integer.parseInt(value);
      }
      case "--forward" -> {
        forward = value;
        return value.matches("[0-9]{1,5}:[0-9]{1,5}")
            ? null
            : "--forward needs two ports, as 8080:80";
      }
      case "--tap" -> tap = value;
      case "--words" -> words = value;
      case "--address" -> address = value;
      case "--gateway" -> gateway = value;
      default -> {
        return "there is no option " + option + " (see --help)";
      }
    }
    return null;
  }
}
