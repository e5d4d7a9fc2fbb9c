// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class EvaluationOrderTest {
  @Test
  void argumentsThatCallAreNamedFromTheLeft() throws Exception {
    rewrites(
        "    x = meth_f(meth_a(1), y, meth_b());",
        "    x = ({ __auto_type tulle_0 = meth_a(1); __auto_type tulle_2 =  meth_b(); "
            + "meth_f(tulle_0,  y, tulle_2); });");
  }

  @Test
  void readingBesideACallIsNamedAsWell() throws Exception {
    rewrites(
        "    x = (TEAVM_FIELD(a, b, c) - meth_b());",
        "    x = ({ __auto_type tulle_0 = TEAVM_FIELD(a, b, c) ; "
            + "__auto_type tulle_1 =  meth_b(); (tulle_0 - tulle_1); });");
  }

  @Test
  void virtualCallKeepsItsMethod() throws Exception {
    rewrites(
        "    TEAVM_METHOD(o, t, m)(o, meth_a(), meth_b());",
        "    ({ __auto_type tulle_1 =  meth_a(); __auto_type tulle_2 =  meth_b(); "
            + "TEAVM_METHOD(o, t, m)(o, tulle_1, tulle_2); });");
  }

  @Test
  void whatIsInsideIsDoneToo() throws Exception {
    rewrites(
        "    meth_f(meth_g(meth_a(), meth_b()), 1);",
        "    meth_f(({ __auto_type tulle_0 = meth_a(); __auto_type tulle_1 =  meth_b(); "
            + "meth_g(tulle_0, tulle_1); }), 1);");
  }

  @Test
  void orderThatCHasIsLeftAlone() throws Exception {
    for (String line :
        new String[] {
          "    meth_f(x, meth_a(y, 1));",
          "    if ((meth_a() && meth_b())) {",
          "    x = ((meth_a()) ? meth_b() : TEAVM_FIELD(a, b, c));",
          "    TEAVM_FIELD(a, b, c) = meth_a();",
          "    x = (-meth_a());",
          "    meth_put(\", (\", meth_a());"
        }) {
      rewrites(line, line);
    }
  }

  @Test
  void sidesOfAnAssignmentWhoseOrderMattersAreRefused() {
    for (String line :
        new String[] {
          "    TEAVM_ARRAY_AT(a, int, meth_a()) = meth_b();",
          "    TEAVM_ARRAY_AT(a, int, meth_a()) = TEAVM_FIELD(b, c, d);",
          "    TEAVM_ARRAY_AT(TEAVM_FIELD(a, b, c), int, i) = meth_a();",
          "    TEAVM_FIELD(sfld_a, b, c) = meth_a();",
        }) {
      assertThrows(BuildFailure.class, () -> EvaluationOrder.statement(line), line);
    }
  }

  private static void rewrites(String line, String expected) throws BuildFailure {
    assertEquals(expected, EvaluationOrder.statement(line));
  }
}
