// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetsTest {
  @Test
  void programsKeepWithinTheirLimitsAndLimitsFollowThem() throws Exception {
    Tools.need("gcc", "-m32");
    Builder builder = new Builder(Builder.root(), List.of());
    List<String> wrong = new ArrayList<>();
    for (Budgets.Budget budget : Budgets.read(Builder.root())) {
      long[] sizes = Size.sizes(builder.build(budget.app(), Variant.forSize(budget.arch(), true)));
      long ram = Ram.of(budget.app().assembly(), 0, 0).all();
      wrong.addAll(budget.verdict(sizes[0], sizes[1], ram));
    }
    assertEquals(List.of(), wrong, "native/budgets.txt");
  }

  @Test
  void tooMuchAndFarTooLittleAreBothSaid() {
    Budgets.Budget budget = new Budgets.Budget(App.named("get"), "i586", 1000, 100, 5000);
    assertEquals(List.of(), budget.verdict(1000, 98, 5000));
    assertEquals(
        List.of("get i586 text: 1,001 is above its limit of 1,000"),
        budget.verdict(1001, 100, 5000));
    assertEquals(
        List.of("get i586 data: 97 is far below its limit of 100; lower it"),
        budget.verdict(990, 97, 5000));
    assertEquals(
        List.of("get i586 RAM: 5,001 is above its limit of 5,000"),
        budget.verdict(1000, 100, 5001));
  }
}
