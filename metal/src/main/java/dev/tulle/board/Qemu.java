// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.board;

import dev.tulle.nativebuild.BuildFailure;
import dev.tulle.nativebuild.Freestanding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of QEMU. */
public final class Qemu {
  private Qemu() {}

  /** QEMU's own network, where this machine's ports lead to the board's: "8080:80". */
  public static String user(String... forwards) {
    StringBuilder network = new StringBuilder("user,id=n");
    for (String forward : forwards) {
      String[] ports = forward.split(":");
      network.append(",hostfwd=tcp:127.0.0.1:").append(ports[0]).append("-:").append(ports[1]);
    }
    return network.toString();
  }

  /** A TAP device that is there. */
  public static String tap(String name) {
    return "tap,id=n,ifname=" + name + ",script=no,downscript=no";
  }

  /** A file that QEMU comes with. */
  static Path data(Board board, String name) throws IOException, BuildFailure {
    String folders = Freestanding.ask(board.qemu().get(0), "-L", "help");
    for (String folder : folders.lines().toList()) {
      if (Files.exists(Path.of(folder, name))) {
        return Path.of(folder, name);
      }
    }
    throw new BuildFailure("QEMU comes without " + name);
  }

  /** What boots an image, its serial port on standard output. */
  public static List<String> command(
      Path root, Board board, Image image, int memoryMb, String network, String words)
      throws IOException {
    List<String> command = new ArrayList<>(board.qemu());
    command.addAll(List.of("-m", Integer.toString(memoryMb)));
    command.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"));
    command.addAll(List.of("-serial", "stdio", "-netdev", network));
    command.addAll(board.nic());
    if (image.flash() != null) {
      command.addAll(
          List.of("-drive", "if=pflash,unit=0,format=raw,readonly=on,file=" + image.flash()));
    }
    command.addAll(List.of("-kernel", image.program().toString()));
    if (board.wordsAt() == 0) {
      command.addAll(List.of("-append", words));
    } else {
      // A loader of this processor passes nothing: so they are put where the program looks.
      Path page = Image.kept(root, "words", (words + "\0").getBytes(StandardCharsets.US_ASCII));
      command.add("-device");
      command.add("loader,force-raw=on,addr=" + board.wordsAt() + ",file=" + page);
    }
    return command;
  }
}
