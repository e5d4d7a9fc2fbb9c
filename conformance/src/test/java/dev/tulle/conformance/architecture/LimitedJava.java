// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.architecture;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of Java that core, profile and apps may use, checked on class files.
 *
 * <p>Whatever pulls library code into a native binary, or makes a run depend on more than its
 * arguments, is outside: threads, clocks, locks, enums, collections, text building, I/O, static
 * state. So this is a list of what is allowed, and anything that nobody thought of fails too.
 */
final class LimitedJava {
  /** Library classes that may be named at all, with their members that may be used. */
  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          Map.entry("java/lang/Object", Set.of("<init>", "clone")),
          Map.entry("java/lang/String", Set.of("length", "charAt")),
          Map.entry("java/lang/Math", Set.of("min", "max", "abs", "multiplyHigh")),
          Map.entry("java/lang/System", Set.of("arraycopy")),
          Map.entry("java/util/Arrays", Set.of("fill")),
          Map.entry("java/lang/Integer", numbers()),
          Map.entry("java/lang/Long", numbers()),
          Map.entry("java/lang/Throwable", Set.of()),
          Map.entry("java/lang/RuntimeException", Set.of("<init>")),
          Map.entry("java/lang/IllegalArgumentException", Set.of("<init>")),
          Map.entry("java/lang/IllegalStateException", Set.of("<init>")),
          // Named by the class file of a lambda; which lambdas are allowed is decided below.
          Map.entry("java/lang/invoke/CallSite", Set.of()),
          Map.entry("java/lang/invoke/LambdaMetafactory", Set.of("metafactory")),
          Map.entry("java/lang/invoke/MethodHandle", Set.of()),
          Map.entry("java/lang/invoke/MethodHandles", Set.of()),
          Map.entry("java/lang/invoke/MethodHandles$Lookup", Set.of()),
          Map.entry("java/lang/invoke/MethodType", Set.of()));

  /** Replaced in native builds, so its JVM form may use the fast view of a byte array. */
  private static final String WIDE_LOADS = "dev/tulle/wire/Bytes";

  /** Call C through TeaVM's imports. */
  private static final String POSIX = "dev/tulle/posix/";

  private static final String METAL = "dev/tulle/metal/";

  /** The last-resort handler for each packet: the one place that catches. */
  private static final String CATCHES = "dev/tulle/link/Port";

  private final ClassModel model;
  private final String name;
  private final List<String> violations = new ArrayList<>();

  private LimitedJava(byte[] classFile) {
    model = ClassFile.of().parse(classFile);
    name = model.thisClass().asInternalName();
  }

  /** What a class does that limited Java has not, one sentence each; empty if it is in order. */
  static List<String> violations(byte[] classFile) {
    LimitedJava check = new LimitedJava(classFile);
    check.kind();
    check.pool();
    check.model.fields().forEach(check::field);
    check.model.methods().forEach(check::method);
    return check.violations;
  }

  private static Set<String> numbers() {
    return Set.of(
        "MAX_VALUE",
        "MIN_VALUE",
        "bitCount",
        "compare",
        "compareUnsigned",
        "divideUnsigned",
        "highestOneBit",
        "numberOfLeadingZeros",
        "numberOfTrailingZeros",
        "remainderUnsigned",
        "reverseBytes",
        "rotateLeft",
        "rotateRight",
        "toUnsignedLong");
  }

  private void kind() {
    if (model.flags().has(AccessFlag.ENUM)) {
      refuse("is an enum");
    }
    String above = model.superclass().map(ClassEntry::asInternalName).orElse("");
    if (above.equals("java/lang/Record")) {
      refuse("is a record, whose toString, equals and hashCode come from the library");
    }
  }

  private void pool() {
    for (PoolEntry entry : model.constantPool()) {
      switch (entry) {
        case ClassEntry named -> type(named.asSymbol());
        case MemberRefEntry member -> {
          member(member.owner().asInternalName(), member.name().stringValue());
          descriptor(member.type().stringValue());
        }
        default -> {}
      }
    }
  }

  private void field(FieldModel field) {
    String called = field.fieldName().stringValue();
    descriptor(field.fieldType().stringValue());
    if (called.equals("$assertionsDisabled")) {
      refuse("uses assert; write if (Build.CHECKS)");
    } else if (field.flags().has(AccessFlag.STATIC) && !field.flags().has(AccessFlag.FINAL)) {
      refuse("has static mutable state: " + called);
    }
  }

  private void method(MethodModel method) {
    String called = method.methodName().stringValue();
    descriptor(method.methodType().stringValue());
    if (method.flags().has(AccessFlag.SYNCHRONIZED)) {
      refuse("is synchronized in " + called);
    }
    method
        .code()
        .ifPresent(
            code -> {
              code.forEach(element -> instruction(called, element));
              if (!code.exceptionHandlers().isEmpty() && !name.equals(CATCHES)) {
                refuse("catches in " + called + "; a verdict is a Status, not an exception");
              }
            });
  }

  private void instruction(String where, CodeElement element) {
    switch (element) {
      case MonitorInstruction _ -> refuse("is synchronized in " + where);
      case InvokeDynamicInstruction call -> {
        String maker = call.bootstrapMethod().owner().displayName();
        boolean lambda = maker.equals("LambdaMetafactory");
        if (lambda && call.typeSymbol().parameterCount() > 0) {
          refuse("has a lambda that captures in " + where);
        } else if (!lambda) {
          refuse("has code made at run time (" + maker + ") in " + where);
        }
      }
      default -> {}
    }
  }

  private void descriptor(String text) {
    if (text.startsWith("(")) {
      MethodTypeDesc desc = MethodTypeDesc.ofDescriptor(text);
      type(desc.returnType());
      desc.parameterList().forEach(this::type);
    } else {
      type(ClassDesc.ofDescriptor(text));
    }
  }

  private void type(ClassDesc desc) {
    if (desc.isArray()) {
      type(desc.componentType());
    } else if (!desc.isPrimitive()) {
      String descriptor = desc.descriptorString();
      String type = descriptor.substring(1, descriptor.length() - 1);
      if (!ours(type) && !ALLOWED.containsKey(type) && !wideLoads(type)) {
        refuse("uses " + type.replace('/', '.'));
      }
    }
  }

  private void member(String owner, String member) {
    if (ours(owner) || owner.startsWith("[") || wideLoads(owner)) {
      return;
    }
    Set<String> members = ALLOWED.get(owner);
    if (members != null && !members.contains(member)) {
      refuse("uses " + owner.replace('/', '.') + "." + member);
    }
  }

  private boolean ours(String type) {
    return type.startsWith("dev/tulle/")
        || ((name.startsWith(POSIX) || name.startsWith(METAL))
            && type.startsWith("org/teavm/interop/"));
  }

  private boolean wideLoads(String type) {
    return name.equals(WIDE_LOADS)
        && (type.startsWith("java/lang/invoke/")
            || type.equals("java/nio/ByteOrder")
            || type.equals("java/lang/Object") // to compare byte orders
            || type.equals("java/lang/Class"));
  }

  private void refuse(String what) {
    String sentence = name.replace('/', '.') + " " + what;
    if (!violations.contains(sentence)) {
      violations.add(sentence);
    }
  }
}
