// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * JSON as the commands write it: maps in their order, lists, texts, numbers, truth values, null.
 */
public final class Json {
  private Json() {}

  /** The document: an object whose lists have one line for each element, so that it reads well. */
  public static String document(Map<String, ? extends List<? extends Map<String, ?>>> lists) {
    StringBuilder text = new StringBuilder("{");
    String between = "\n";
    for (Map.Entry<String, ? extends List<? extends Map<String, ?>>> entry : lists.entrySet()) {
      text.append(between).append("  ").append(quoted(entry.getKey())).append(": [");
      String comma = "\n";
      for (Map<String, ?> element : entry.getValue()) {
        text.append(comma).append("    ").append(object(element));
        comma = ",\n";
      }
      text.append("\n  ]");
      between = ",\n";
    }
    return text.append("\n}\n").toString();
  }

  private static String object(Map<String, ?> map) {
    StringBuilder text = new StringBuilder("{");
    String comma = "";
    for (Map.Entry<String, ?> entry : map.entrySet()) {
      text.append(comma)
          .append(quoted(entry.getKey()))
          .append(": ")
          .append(value(entry.getValue()));
      comma = ", ";
    }
    return text.append('}').toString();
  }

  private static String value(Object value) {
    return switch (value) {
      case null -> "null";
      case Boolean truth -> truth.toString();
      case Integer whole -> whole.toString();
      case Long whole -> whole.toString();
      case Double number -> number(number);
      default -> quoted(value.toString());
    };
  }

  private static String number(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return "null";
    }
    if (number == Math.rint(number) && Math.abs(number) < 1e15) {
      return Long.toString((long) number);
    }
    return String.format(Locale.ROOT, Math.abs(number) < 100 ? "%.3f" : "%.1f", number);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
