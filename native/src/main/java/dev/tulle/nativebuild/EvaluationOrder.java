// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Gives TeaVM's C the order of evaluation that Java has: from left to right.
 *
 * <p>TeaVM writes the calls of {@code f(a(), b())} and {@code a() - b()} into one expression, as if
 * C had that order; gcc takes arguments from the right. Where a call has a sibling that calls or
 * reads memory, the siblings are named first, in their order: {@code ({ __auto_type tulle_0 = a();
 * __auto_type tulle_1 = b(); f(tulle_0, tulle_1); })}, which costs no code by itself.
 */
final class EvaluationOrder {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\"(?:\\\\.|[^\"])*\"|\\w+|->|&&|\\|\\||<<|>>|[<>=!]=|\\s+|.", Pattern.DOTALL);

  private static final Pattern CALLED = Pattern.compile("meth_\\w+|tulle_\\w+|TEAVM_METHOD");
  private static final Pattern READ = Pattern.compile("TEAVM_FIELD|TEAVM_ARRAY_AT|sfld_\\w+");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");

  /** Words before a parenthesis that is not around arguments, and macros that are not calls. */
  private static final Set<String> NO_CALL =
      Set.of("if", "while", "for", "switch", "return", "TEAVM_WITH_CALL_SITE_ID", "TEAVM_FIELD");

  private static final Set<String> OPERATORS =
      Set.of("+", "-", "*", "/", "%", "&", "|", "^", "<", ">", "==", "!=", "<=", ">=", "<<", ">>");

  private EvaluationOrder() {}

  /** Rewrites the C of all classes in a folder. */
  static void establish(Path folder) throws IOException, BuildFailure {
    try (Stream<Path> all = Files.walk(folder.resolve("classes"))) {
      for (Path file : all.filter(path -> path.toString().endsWith(".c")).toList()) {
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
          lines.add(
              line.startsWith("    ") && CALLED.matcher(line).find() ? statement(line) : line);
        }
        Files.write(file, lines);
      }
    }
  }

  /** A statement, which TeaVM writes on one line, or the head of one. */
  static String statement(String line) throws BuildFailure {
    List<String> tokens = new ArrayList<>();
    Matcher token = TOKEN.matcher(line);
    while (token.find()) {
      tokens.add(token.group());
    }
    List<List<String>> sides = split(tokens, Set.of("="));
    if (sides.size() == 2 && open(sides.get(0), sides.get(1))) {
      throw new BuildFailure(
          "a call beside another call or a read in an assignment, whose order C leaves open: "
              + line);
    }
    return String.join("", rewritten(tokens));
  }

  /** Whether the order of an assignment's sides matters; what is written to is not read. */
  private static boolean open(List<String> left, List<String> right) {
    long named = left.stream().filter(token -> READ.matcher(token).matches()).count();
    return calls(left) && (calls(right) || reads(right)) || calls(right) && named > 1;
  }

  private static List<String> rewritten(List<String> tokens) {
    List<String> result = new ArrayList<>();
    int done = 0; // what is in the result already
    for (int i = 0; i < tokens.size(); i++) {
      if (!tokens.get(i).equals("(")) {
        continue;
      }
      int end = closing(tokens, i);
      if (i > 0 && tokens.get(i - 1).equals("TEAVM_METHOD")) {
        i = end; // only says which method is called: with the arguments in the next parentheses
        continue;
      }
      List<String> inner = tokens.subList(i + 1, end);
      int callee = callee(tokens, i, done);
      boolean call = callee < i;
      List<List<String>> parts = call ? split(inner, Set.of(",")) : operands(inner);
      if (parts.size() > 1 && ordered(parts)) {
        result.addAll(tokens.subList(done, callee));
        String operator = call ? ", " : " " + operator(inner) + " ";
        named(result, tokens.subList(callee, i), parts, operator);
      } else {
        result.addAll(tokens.subList(done, i + 1));
        result.addAll(rewritten(inner));
        result.add(")");
      }
      done = end + 1;
      i = end;
    }
    result.addAll(tokens.subList(done, tokens.size()));
    return result;
  }

  /** Names the parts that matter, then applies to them what is done with them. */
  private static void named(
      List<String> result, List<String> callee, List<List<String>> parts, String operator) {
    result.add("({ ");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      List<String> part = rewritten(parts.get(i));
      if (calls(part) || reads(part)) {
        names.add("tulle_" + i);
        result.add("__auto_type tulle_" + i + " = ");
        result.addAll(part);
        result.add("; ");
      } else {
        names.add(String.join("", part));
      }
    }
    result.addAll(callee);
    result.add("(" + String.join(operator, names) + "); })");
  }

  /** Where the expression begins that is called with the arguments at {@code at}. */
  private static int callee(List<String> tokens, int at, int from) {
    if (at == from) {
      return at;
    }
    String before = tokens.get(at - 1);
    if (before.equals(")")) { // TEAVM_METHOD(object, type, method)(arguments)
      int depth = 0;
      int i = at - 1;
      do {
        depth += tokens.get(i).equals(")") ? 1 : tokens.get(i).equals("(") ? -1 : 0;
        i--;
      } while (depth > 0);
      return i >= from && tokens.get(i).equals("TEAVM_METHOD") ? i : at;
    }
    return NAME.matcher(before).matches() && !NO_CALL.contains(before) ? at - 1 : at;
  }

  /**
   * Both operands of an expression in parentheses; fewer where C has an order, or none is needed.
   */
  private static List<List<String>> operands(List<String> inner) {
    if (split(inner, Set.of("?", "&&", "||", ",", "=")).size() > 1) {
      return List.of();
    }
    List<List<String>> parts = split(inner, OPERATORS);
    return parts.size() == 2 && !String.join("", parts.get(0)).isBlank() ? parts : List.of();
  }

  private static String operator(List<String> inner) {
    return inner.get(split(inner, OPERATORS).get(0).size());
  }

  private static boolean ordered(List<List<String>> parts) {
    int calling = 0;
    int reading = 0;
    for (List<String> part : parts) {
      if (calls(part)) {
        calling++;
      } else if (reads(part)) {
        reading++;
      }
    }
    return calling > 0 && calling + reading > 1;
  }

  private static boolean calls(List<String> part) {
    return part.stream().anyMatch(token -> CALLED.matcher(token).matches());
  }

  private static boolean reads(List<String> part) {
    return part.stream().anyMatch(token -> READ.matcher(token).matches());
  }

  private static int closing(List<String> tokens, int open) {
    int depth = 1;
    int i = open + 1;
    while (depth > 0) {
      depth += tokens.get(i).equals("(") ? 1 : tokens.get(i).equals(")") ? -1 : 0;
      i++;
    }
    return i - 1;
  }

  /** Splits at tokens that are in no parentheses. */
  private static List<List<String>> split(List<String> tokens, Set<String> at) {
    List<List<String>> parts = new ArrayList<>();
    int depth = 0;
    int begin = 0;
    for (int i = 0; i < tokens.size(); i++) {
      String token = tokens.get(i);
      depth += token.equals("(") ? 1 : token.equals(")") ? -1 : 0;
      if (depth == 0 && at.contains(token)) {
        parts.add(tokens.subList(begin, i));
        begin = i + 1;
      }
    }
    parts.add(tokens.subList(begin, tokens.size()));
    return parts;
  }
}
