// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses calls of the socket interface and their arguments. */
final class CallParser {
  private final Source source;

  CallParser(Source source) {
    this.source = source;
  }

  CallText call() {
    String name = source.word();
    if (name.isEmpty()) {
      throw source.error("'" + source.rest() + "' is no event");
    }
    source.require("(");
    List<Value> arguments = values(")");
    source.require("=");
    Value result = value();
    String error = null;
    if (!source.lineEnded() && Character.isLetter(source.peek())) {
      error = source.word();
    }
    if (!source.lineEnded() && source.looking("(")) {
      source.takeUntil(")");
    }
    return new CallText(name, arguments, result, error);
  }

  private List<Value> values(String end) {
    List<Value> values = new ArrayList<>();
    while (!source.accept(end)) {
      values.add(value());
      if (!source.accept(",")) {
        source.require(end);
        return values;
      }
    }
    return values;
  }

  private Value value() {
    if (source.accept("...") || source.accept("?")) {
      return new Value.Any();
    }
    if (source.accept("[")) {
      return new Value.Array(values("]"));
    }
    if (source.accept("{")) {
      return struct();
    }
    if (source.accept("\"")) {
      return new Value.Text(source.takeUntil("\""));
    }
    if (source.lookingAtNumber() || source.looking("-")) {
      return new Value.Number(source.integer());
    }
    StringBuilder name = new StringBuilder(source.word());
    if (name.isEmpty()) {
      throw source.error("a value was expected before '" + source.rest() + "'");
    }
    if (source.peek() == '(') {
      source.require("(");
      return new Value.Macro(name.toString(), values(")"));
    }
    while (source.accept("|")) {
      name.append('|').append(source.word());
    }
    return new Value.Name(name.toString());
  }

  private Value struct() {
    Map<String, Value> fields = new LinkedHashMap<>();
    while (!source.accept("}")) {
      Value value = value();
      String name = Integer.toString(fields.size());
      if (source.accept("=")) {
        name = value instanceof Value.Macro macro ? macro.name() : value.toString();
        value = value();
      }
      fields.put(name, value);
      source.accept(",");
    }
    return new Value.Struct(fields);
  }
}
