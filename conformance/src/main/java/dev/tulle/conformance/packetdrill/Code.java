// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The small part of Python that scripts use between {@code %&#123;} and {@code &#125;%}:
 * assertions, assignments, arithmetic, comparisons.
 */
final class Code {
  private static final String[] COMPARISONS = {"==", "!=", "<=", ">=", "<", ">"};

  private final Source source;
  private final Map<String, Object> variables;

  private Code(String text, Map<String, Object> variables) {
    source = new Source(text);
    this.variables = variables;
  }

  /**
   * Runs a piece of code.
   *
   * @param variables what names stand for; assignments go there
   * @return the assertion that does not hold, with its message; or null
   */
  static String run(String text, Map<String, Object> variables) {
    CodeLines lines = new CodeLines(text);
    for (String code = lines.next(); code != null; code = lines.next()) {
      if (code.matches("(if|elif)\\b.*")) {
        String condition = code.substring(code.indexOf('f') + 1).strip();
        lines.branch(truth(new Code(condition, variables).whole()));
      } else if (code.equals("else")) {
        lines.branch(true);
      } else {
        String failure = new Code(code, variables).statement(code);
        if (failure != null) {
          return failure;
        }
      }
    }
    return null;
  }

  /** The value of an expression of numbers alone. */
  static Object value(String text) {
    return new Code(text, Map.of()).whole();
  }

  private Object whole() {
    Object value = expression();
    finish();
    return value;
  }

  private String statement(String text) {
    if (text.matches("(?s)assert\\b.*")) {
      source.require("assert");
      boolean holds = truth(expression());
      Object message = source.accept(",") ? expression() : null;
      finish();
      return holds ? null : text + (message == null ? "" : " (it is " + message + ")");
    }
    if (text.matches("(?s)\\w+\\s*[-+*/%&|]?=[^=].*")) {
      String name = source.word();
      source.skip();
      if (source.accept("=")) {
        variables.put(name, expression());
      } else {
        String operator = text.substring(name.length()).strip().substring(0, 1);
        source.require(operator + "=");
        Map<String, Object> both = new HashMap<>(variables);
        both.put("both", expression());
        variables.put(name, new Code(name + ' ' + operator + " both", both).whole());
      }
    } else if (text.matches("(?s)(print|import|from|pass)\\b.*")) {
      return null;
    } else {
      expression();
    }
    finish();
    return null;
  }

  private void finish() {
    source.skip();
    if (!source.ended()) {
      throw source.error("'" + source.rest() + "' is not understood here");
    }
  }

  private Object expression() {
    Object value = disjunction();
    if (!word("if")) {
      return value;
    }
    boolean holds = truth(disjunction());
    source.require("else");
    Object other = expression();
    return holds ? value : other;
  }

  private Object disjunction() {
    Object value = conjunction();
    while (word("or")) {
      Object other = conjunction();
      value = truth(value) ? value : other;
    }
    return value;
  }

  private Object conjunction() {
    Object value = negation();
    while (word("and")) {
      Object other = negation();
      value = truth(value) ? other : value;
    }
    return value;
  }

  private Object negation() {
    return word("not") ? (Object) !truth(negation()) : comparison();
  }

  private Object comparison() {
    Object left = bits();
    boolean holds = true;
    boolean compared = false;
    for (String operator = comparisonNext(); operator != null; operator = comparisonNext()) {
      Object right = bits();
      holds &= compare(left, operator, right);
      left = right;
      compared = true;
    }
    return compared ? holds : left;
  }

  private String comparisonNext() {
    for (String operator : COMPARISONS) {
      boolean shift = source.looking("<<") || source.looking(">>");
      if (!shift && source.accept(operator)) {
        return operator;
      }
    }
    boolean not = word("not");
    if (word("in")) {
      return not ? "not in" : "in";
    }
    return null;
  }

  private boolean compare(Object left, String operator, Object right) {
    if (operator.endsWith("in")) {
      List<?> all = right instanceof List<?> list ? list : List.of(right);
      boolean in = all.stream().anyMatch(item -> compare(left, "==", item));
      return in == operator.equals("in");
    }
    if (left instanceof String || right instanceof String) {
      return operator.equals("==") == left.equals(right);
    }
    int order = Double.compare(number(left), number(right));
    return switch (operator) {
      case "==" -> order == 0;
      case "!=" -> order != 0;
      case "<=" -> order <= 0;
      case ">=" -> order >= 0;
      case "<" -> order < 0;
      default -> order > 0;
    };
  }

  /** Shifts, and, exclusive or, or: Python binds them so, and all tighter than comparisons. */
  private Object bits() {
    Object value = both();
    while (source.accept("|") || source.accept("^")) {
      boolean or = source.taken() == '|';
      long other = (long) number(both());
      value = or ? (long) number(value) | other : (long) number(value) ^ other;
    }
    return value;
  }

  private Object both() {
    Object value = shifted();
    while (source.accept("&")) {
      value = (long) number(value) & (long) number(shifted());
    }
    return value;
  }

  private Object shifted() {
    Object value = sum();
    while (source.accept("<<") || source.accept(">>")) {
      boolean left = source.taken() == '<';
      long by = (long) number(sum());
      value = left ? (long) number(value) << by : (long) number(value) >> by;
    }
    return value;
  }

  private Object sum() {
    Object value = product();
    while (true) {
      if (source.accept("+")) {
        Object other = product();
        value =
            value instanceof String ? value + "" + other : result(number(value) + number(other));
      } else if (source.accept("-")) {
        value = result(number(value) - number(product()));
      } else {
        return value;
      }
    }
  }

  private Object product() {
    Object value = unary();
    while (true) {
      if (source.accept("*")) {
        value = result(number(value) * number(unary()));
      } else if (source.accept("/")) {
        boolean whole = source.accept("/");
        double quotient = number(value) / number(unary());
        value = whole ? result(Math.floor(quotient)) : (Object) quotient;
      } else if (source.accept("%")) {
        Object other = unary();
        value =
            value instanceof String format
                ? format(format, other)
                : result(number(value) - Math.floor(number(value) / number(other)) * number(other));
      } else {
        return value;
      }
    }
  }

  private static Object format(String format, Object values) {
    List<?> list = values instanceof List<?> tuple ? tuple : List.of(values);
    String text = format;
    for (Object value : list) {
      text = text.replaceFirst("%[0-9.]*[a-z]", String.valueOf(value));
    }
    return text;
  }

  private Object unary() {
    if (source.accept("-")) {
      return result(-number(unary()));
    }
    source.skip();
    if (source.lookingAtNumber() || source.peek() == '.') {
      String digits = source.run("=!<>+-*/%(),;&|^]");
      return digits.contains(".")
          ? (Object) Double.parseDouble(digits)
          : (Object) Long.decode(digits);
    }
    if (source.accept("(")) {
      return parenthesis();
    }
    if (source.accept("[")) {
      return arguments("]");
    }
    if (source.accept("~")) {
      return ~(long) number(unary());
    }
    if (source.looking("f'") || source.looking("f\"")) {
      source.accept("f"); // what is between its braces stays as it is
    }
    for (String quote : new String[] {"'", "\""}) {
      if (source.accept(quote)) {
        return source.takeUntil(quote);
      }
    }
    return named(source.word());
  }

  private Object parenthesis() {
    List<Object> values = arguments(")");
    return values.size() == 1 ? values.get(0) : values;
  }

  private List<Object> arguments(String end) {
    List<Object> values = new ArrayList<>();
    while (!source.accept(end)) {
      values.add(expression());
      source.accept(",");
    }
    return values;
  }

  private Object named(String name) {
    if (name.isEmpty()) {
      throw source.error("'" + source.rest() + "' is not understood here");
    }
    if (source.accept("(")) {
      return function(name, arguments(")"));
    }
    if (name.equals("True") || name.equals("False")) {
      return name.equals("True") ? 1L : 0L;
    }
    Long constant = Constants.value(name);
    Object value = constant == null ? variables.get(name) : constant;
    if (value == null) {
      throw source.error("nothing here is called " + name);
    }
    return value;
  }

  private Object function(String name, List<Object> values) {
    return switch (name) {
      case "abs" -> result(Math.abs(number(values.get(0))));
      case "int" -> (long) number(values.get(0));
      case "min" -> result(values.stream().mapToDouble(Code::number).min().orElse(0));
      case "max" -> result(values.stream().mapToDouble(Code::number).max().orElse(0));
      case "round" -> Math.round(number(values.get(0)));
      case "str" -> String.valueOf(values.get(0));
      default -> throw source.error("no function here is called " + name);
    };
  }

  private boolean word(String word) {
    source.skip();
    return (source.looking(word + " ") || source.looking(word + "(")) && source.accept(word);
  }

  private static Object result(double value) {
    return value == Math.rint(value) ? (Object) (long) value : (Object) value;
  }

  private static double number(Object value) {
    if (value instanceof Boolean truth) {
      return truth ? 1 : 0;
    }
    return value instanceof Number number ? number.doubleValue() : 0;
  }

  private static boolean truth(Object value) {
    return value instanceof Boolean truth
        ? truth
        : value instanceof String text ? !text.isEmpty() : number(value) != 0;
  }
}
