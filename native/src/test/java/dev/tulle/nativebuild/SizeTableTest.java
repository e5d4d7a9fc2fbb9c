// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SizeTableTest {
  @Test
  void eachStepThatLeavesOutMoreIsSmaller() throws Exception {
    Tools.need("gcc", "-m32");
    Builder builder = new Builder(Builder.root(), List.of());
    App app = App.named("minimal-echo");
    Path binary = builder.build(app, Variant.forSize("i586", true));
    long both = Size.sizes(binary)[0];
    SizeTable.Steps steps = new SizeTable(builder).steps(app, "i586", binary);
    assertTrue(steps.everything() > steps.lto(), steps.toString());
    assertTrue(steps.everything() > steps.teavm(), steps.toString());
    assertTrue(steps.lto() > both && steps.teavm() > both, both + " of " + steps);
    assertTrue(steps.runtime() > 0 && steps.runtime() < both / 2, both + " of " + steps);
  }
}
