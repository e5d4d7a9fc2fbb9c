// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said beforehand of memory, beside what a native program takes. */
class RamTest {
  private static final App RAM =
      new App("ram", "test", "ram", "dev.tulle.selfcheck.RamMain", 16 << 20);

  @Test
  void nativeProgramTakesWhatIsSaidBeforehand() throws Exception {
    Tools.need("gcc", "-m32");
    Path root = Builder.root();
    Path more = root.resolve("native/src/test/java/dev/tulle/selfcheck");
    Path binary = new Builder(root, List.of(more)).build(RAM, Variant.forSize("i586", true));
    String[] words = CToBinary.run(List.of(binary.toString())).strip().split(" ");
    isNear(Long.parseLong(words[0]), Ram.of("minimal", 4, 8192).all());
    isNear(Long.parseLong(words[1]), Ram.of("client", 4, 8192).all());
  }

  /** TeaVM leaves out fields that nobody reads, of which this program has more than others. */
  private static void isNear(long is, long said) {
    System.out.printf("RAM: %d octets, %d said beforehand%n", is, said);
    assertTrue(is <= said * 1.01 && is >= said * 0.96, is + " octets, but said were " + said);
  }

  @Test
  void ownersAddUpToTheWhole() {
    for (String profile : List.of("minimal", "client", "full", "router")) {
      Ram ram = Ram.of(profile, profile.equals("router") ? 0 : 8, 4096);
      long sum = ram.byOwner().values().stream().mapToLong(Long::longValue).sum();
      assertEquals(ram.all(), sum, profile);
    }
  }

  @Test
  void minimalWithEightConnectionsAndFourKilobytesEachWayFitsInto256() throws Exception {
    Tools.need("gcc", "-m32");
    App app = App.named("minimal-echo");
    Builder builder = new Builder(Builder.root(), List.of());
    long[] sizes = Size.sizes(builder.build(app, Variant.forSize("i586", true)));
    long program = sizes[0] + sizes[1] + sizes[2] - app.heapOctets();
    long all = program + Ram.of("minimal", 8, 4096).all();
    assertTrue(all <= 256 << 10, all + " octets");
  }

  @Test
  void optionsThatDoNotGoTogetherAreRefused() {
    assertEquals(
        "--json does not go with --by", Size.problem(Map.of("--by", "class", "--json", "x")));
    assertEquals("--app does not go alone", Size.problem(Map.of("--app", "get")));
    assertEquals(
        "--connections and --buffer go together",
        Size.problem(Map.of("--ram", "", "--connections", "8")));
    assertNull(Size.problem(Map.of("--json", "x", "--svg", "y", "--compare", "HEAD~1")));
    assertTrue(
        Size.problem(Map.of("--html", "x", "--features", "")).endsWith("exclude each other"));
  }

  @Test
  void featuresNameClassesThatAreThere() throws Exception {
    for (Feature feature : Feature.ALL) {
      for (String name : feature.classNames()) {
        assertEquals(name, Class.forName(name).getName());
      }
    }
  }

  @Test
  void programIsSmallerByWhatIsLeftOut() throws Exception {
    Tools.need("gcc", "-m32");
    App app = App.named("minimal-echo");
    Builder builder = new Builder(Builder.root(), List.of());
    Variant variant = Variant.forSize("i586", true);
    Feature udp = new Feature("UDP", List.of("udp.Udp"));
    assertTrue(udp.in(builder.translate(app)));
    long saved =
        Size.sizes(builder.build(app, variant))[0] - builder.sizesWithout(app, udp, variant)[0];
    assertTrue(saved > 400 && saved < 8000, saved + " octets");
  }
}
