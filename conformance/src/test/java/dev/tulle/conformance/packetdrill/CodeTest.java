// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The small part of Python between the braces of a script. */
final class CodeTest {
  private final Map<String, Object> variables = new HashMap<>(Map.of("n", 10L, "m", 3L));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "assert n == 10",
        "assert n != m and m < n",
        "assert not n == m",
        "assert 3 <= m <= 3 < n",
        "assert n == 1 or m == 3",
        "assert n + 2 * m - 1 == 15",
        "assert (n + 2) * m == 36",
        "assert n % m == 1 and n // m == 3 and n / 4 == 2.5",
        "assert n == 0xa",
        "assert abs(-n) == n and min(n, m) == m and max(n, m) == n",
        "assert TCP_CA_Recovery == 3",
        "a = n; assert a == 10",
        "assert n == 10 # and nothing else\nassert m == 3",
        "print n",
        "assert n & 2 == 2 and n | 1 == 11 and n ^ 8 == 2 and ~n == -11 and n >> 1 == 5",
        "assert (n == 10 and\n  m == 3), \\\n  '; # in a string'",
        "n += m; assert n == 13",
        "assert n in (1, 10) and n not in [m, 4]",
        "assert True if n == 10 else False",
        "if n == 9:\n  assert False\nelif n == 10:\n  n = 4\nelse:\n  n = 5\nassert n == 4",
        "if n == 9: assert False; n = 1\nassert n == 10",
        "assert round(2.6) == m",
      })
  void holds(String code) {
    assertNull(Code.run(code, variables));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "assert n == 9",
        "assert n == 10; assert m > 3",
        "assert 1 < m < 3",
        "if n:\n  assert m == 4"
      })
  void doesNotHold(String code) {
    assertNotNull(Code.run(code, variables));
  }

  @Test
  void messageTellsTheValue() {
    String failure = Code.run("assert n == 9, 'n=%d' % n", variables);
    assertEquals("assert n == 9, 'n=%d' % n (it is n=10)", failure);
  }

  @ParameterizedTest
  @ValueSource(strings = {"assert n ==", "assert x == 1", "assert n n", "assert f(1) == 2"})
  void nonsenseIsRefused(String code) {
    assertThrows(Difference.class, () -> Code.run(code, variables));
  }
}
