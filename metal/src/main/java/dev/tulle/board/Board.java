// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.board;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A machine that images are made for, and how QEMU plays it.
 *
 * @param name as the command line calls it
 * @param what for people
 * @param memoryMb what it has where nothing else is said
 * @param flash octets of the flash memory that has the BIOS and files; 0 where files are linked
 * @param wordsAt where the words for the program lie; 0 where the loader passes them
 * @param gcc compiler and flags of its processor
 * @param inputs in {@code metal/src/main/boot}: assembler and the linker's script, which is last
 * @param programs the main class of each program, by profile and name
 * @param qemu the command that plays it
 * @param nic the option that plugs its card into the network {@code n}
 */
public record Board(
    String name,
    String what,
    int memoryMb,
    int flash,
    int wordsAt,
    List<String> gcc,
    List<String> inputs,
    Map<String, String> programs,
    List<String> qemu,
    List<String> nic) {
  private static final List<String> PC =
      List.of("gcc", "-m32", "-march=i586", "-mpreferred-stack-boundary=2", "-fcf-protection=none");
  private static final List<String> PC_INPUTS = List.of("i586.S", "i586.ld");
  private static final List<String> PC_QEMU =
      List.of("qemu-system-i386", "-M", "pc,accel=tcg", "-cpu", "pentium,+rdrand");

  /** All of them. */
  public static final List<Board> ALL =
      List.of(
          new Board(
              "i586",
              "a PC with an NE2000",
              2,
              4 << 20,
              0,
              PC,
              PC_INPUTS,
              Map.of(
                  "minimal httpd", "dev.tulle.metal.HttpdI586Main",
                  "client get", "dev.tulle.metal.GetI586Main"),
              PC_QEMU,
              List.of("-device", "ne2k_isa,iobase=0x300,irq=10,netdev=n")),
          new Board(
              "i586-pci",
              "a PC with an Intel 82540EM",
              2,
              4 << 20,
              0,
              PC,
              PC_INPUTS,
              Map.of(
                  "minimal httpd", "dev.tulle.metal.HttpdPciMain",
                  "client get", "dev.tulle.metal.GetPciMain"),
              PC_QEMU,
              List.of("-device", "e1000,netdev=n,romfile=")),
          new Board(
              "mps2",
              "an Arm MPS2 (AN385) with a Cortex-M3 and a LAN9118",
              16,
              0,
              0x3FF000,
              List.of("arm-none-eabi-gcc", "-mcpu=cortex-m3", "-mthumb"),
              List.of("files.S", "mps2.ld"),
              Map.of(
                  "minimal httpd", "dev.tulle.metal.HttpdMps2Main",
                  "client get", "dev.tulle.metal.GetMps2Main"),
              List.of("qemu-system-arm", "-M", "mps2-an385"),
              List.of("-net", "nic,model=lan9118,netdev=n")));

  /** The board of that name, or null. */
  public static Board named(String name) {
    return ALL.stream().filter(board -> board.name.equals(name)).findFirst().orElse(null);
  }

  /** What QEMU is told to play it without a processor's own randomness. */
  public List<String> clocksAlone() {
    return gcc.equals(PC) ? List.of("-cpu", "pentium") : List.of();
  }

  /** The files that are linked with a program. */
  List<Path> inputs(Path root) {
    Path boot = root.resolve("metal/src/main/boot");
    return inputs.stream().filter(file -> !file.endsWith(".ld")).map(boot::resolve).toList();
  }

  Path script(Path root) {
    return root.resolve("metal/src/main/boot").resolve(inputs.get(inputs.size() - 1));
  }
}
