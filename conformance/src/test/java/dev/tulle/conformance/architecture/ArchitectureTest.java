// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.architecture;

import static com.tngtech.archunit.lang.conditions.ArchConditions.have;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The arrows of docs/ARCHITECTURE.md, and names; each rule is shown to fail on a known breach. */
final class ArchitectureTest {
  /** What a package may know besides itself. A package that is not here has no place yet. */
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("wire", Set.of()),
          Map.entry("buffer", Set.of("wire")),
          Map.entry("stack", Set.of("wire", "buffer")),
          Map.entry("link", Set.of("wire", "buffer", "stack")),
          Map.entry("group", Set.of("wire", "buffer", "stack", "link")),
          Map.entry("nd", Set.of("wire", "buffer", "stack", "link", "group")),
          Map.entry("ip", Set.of("wire", "buffer", "stack", "link", "group", "nd")),
          Map.entry("forward", Set.of("wire", "buffer", "stack", "link", "group", "nd", "ip")),
          Map.entry("raw", Set.of("wire", "buffer", "stack", "link", "group", "nd", "ip")),
          Map.entry("udp", Set.of("wire", "buffer", "stack", "link", "group", "nd", "ip")),
          Map.entry("tcp", Set.of("wire", "buffer", "stack", "link", "group", "nd", "ip")),
          Map.entry(
              "host", Set.of("wire", "buffer", "stack", "link", "group", "nd", "ip", "udp", "tcp")),
          Map.entry("profile", core()),
          Map.entry("apps", and(core(), "profile")),
          Map.entry("testkit", and(core(), "profile")),
          Map.entry("jvm", and(core(), "profile", "apps")),
          Map.entry("nio", and(core(), "profile", "jvm")),
          Map.entry("simnet", and(core(), "testkit", "nio")),
          Map.entry("posix", and(core(), "profile", "apps")),
          Map.entry("nativebuild", and(core(), "profile", "apps", "posix")),
          Map.entry("metal", and(core(), "profile", "apps")),
          Map.entry("board", Set.of("nativebuild")),
          Map.entry(
              "conformance",
              and(core(), "profile", "apps", "testkit", "jvm", "posix", "nativebuild", "board")),
          Map.entry(
              "bench",
              and(
                  core(),
                  "profile",
                  "apps",
                  "testkit",
                  "jvm",
                  "posix",
                  "nativebuild",
                  "conformance")));

  private static final ArchRule NO_ARROW_CLIMBS =
      classes()
          .should(
              new ArchCondition<JavaClass>("know only packages below their own") {
                @Override
                public void check(JavaClass from, ConditionEvents events) {
                  for (Dependency arrow : from.getDirectDependenciesFromSelf()) {
                    String target = part(arrow.getTargetClass().getBaseComponentType());
                    boolean allowed =
                        target == null
                            || target.equals(part(from))
                            || ARROWS.getOrDefault(part(from), Set.of()).contains(target);
                    events.add(new SimpleConditionEvent(arrow, allowed, arrow.getDescription()));
                  }
                }
              });

  private static final ArchRule EVERY_PACKAGE_HAS_A_PLACE =
      classes()
          .should(
              have(
                  DescribedPredicate.describe(
                      "a package that the arrows name", type -> ARROWS.containsKey(part(type)))));

  private static final ArchRule NAMES_SAY_A_ROLE =
      noClasses()
          .should()
          .haveNameMatching(".*[.$](Abstract[A-Z]\\w*|\\w+(Impl|Utils?|Manager|Helper))");

  private static final ArchRule ACCESSORS_WITHOUT_GET =
      methods()
          .that()
          .haveRawParameterTypes(new Class<?>[0])
          .should()
          .haveNameNotMatching("get[A-Z].*");

  private static final ArchRule CLASSES_ARE_FINAL =
      classes()
          .that()
          .areNotInterfaces()
          .and()
          .doNotHaveModifier(JavaModifier.ABSTRACT)
          .and()
          .areNotAnonymousClasses()
          .and(
              DescribedPredicate.describe(
                  "nobody extends", (JavaClass type) -> type.getSubclasses().isEmpty()))
          .should()
          .haveModifier(JavaModifier.FINAL);

  @Test
  void noArrowClimbs() {
    NO_ARROW_CLIMBS.check(imported(Tree.MODULES));
  }

  @Test
  void everyPackageHasAPlace() {
    EVERY_PACKAGE_HAS_A_PLACE.check(imported(Tree.MODULES));
  }

  @Test
  void namesSayARole() {
    NAMES_SAY_A_ROLE.check(imported(Tree.MODULES));
  }

  @Test
  void accessorsHaveNoGet() {
    ACCESSORS_WITHOUT_GET.check(imported(Tree.COMPILED_TO_C));
  }

  @Test
  void classesAreFinal() {
    CLASSES_ARE_FINAL.check(imported(Tree.COMPILED_TO_C));
  }

  @Test
  void eachRuleCanFail() {
    JavaClasses climbing =
        new ClassFileImporter().importPackages("dev.tulle.wire.climbing", "dev.tulle.nowhere");
    JavaClasses badlyNamed =
        new ClassFileImporter().importPackages("dev.tulle.conformance.architecture.bad.names");
    assertFails(NO_ARROW_CLIMBS, climbing);
    assertFails(EVERY_PACKAGE_HAS_A_PLACE, climbing);
    assertFails(NAMES_SAY_A_ROLE, badlyNamed);
    assertFails(ACCESSORS_WITHOUT_GET, badlyNamed);
    assertFails(CLASSES_ARE_FINAL, badlyNamed);
  }

  private static void assertFails(ArchRule rule, JavaClasses breach) {
    assertFalse(breach.isEmpty());
    assertTrue(rule.evaluate(breach).hasViolation(), rule.getDescription());
  }

  private static JavaClasses imported(List<String> modules) {
    List<Path> folders = modules.stream().map(Tree::classes).filter(Files::isDirectory).toList();
    JavaClasses classes = new ClassFileImporter().importPaths(folders);
    assertTrue(classes.contain("dev.tulle.stack.Stack"), "no classes found in " + folders);
    return classes;
  }

  /** The name after {@code dev.tulle.}, or null for a class that is not ours. */
  private static String part(JavaClass type) {
    String[] names = type.getPackageName().split("\\.", -1);
    return names.length > 2 && names[0].equals("dev") && names[1].equals("tulle") ? names[2] : null;
  }

  private static Set<String> core() {
    return Set.of(
        "wire", "buffer", "stack", "link", "group", "nd", "ip", "raw", "udp", "tcp", "host",
        "forward");
  }

  private static Set<String> and(Set<String> some, String... more) {
    Set<String> all = new java.util.HashSet<>(some);
    all.addAll(List.of(more));
    return all;
  }
}
