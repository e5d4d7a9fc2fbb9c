// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import org.teavm.dependency.AbstractDependencyListener;
import org.teavm.dependency.DependencyAgent;
import org.teavm.dependency.DependencyNode;
import org.teavm.dependency.FieldDependency;
import org.teavm.dependency.MethodDependency;
import org.teavm.model.ClassReader;
import org.teavm.model.ElementModifier;
import org.teavm.model.MethodReader;
import org.teavm.model.ValueType;
import org.teavm.vm.spi.TeaVMHost;
import org.teavm.vm.spi.TeaVMPlugin;

/**
 * Makes a program as a linker of object files would, to see what TeaVM's elimination saves: each of
 * our classes that is mentioned anywhere is in, with all its methods.
 *
 * <p>Every field and argument may then hold an object of each of these classes that its type
 * allows, so no call is found to be the only one possible. The program is for its size alone.
 */
public final class WholeClasses extends AbstractDependencyListener implements TeaVMPlugin {
  /** Whatever of ours there may be an object of. */
  private DependencyNode objects;

  @Override
  public void install(TeaVMHost host) {
    if (Selection.current().whole()) {
      host.add(this);
    }
  }

  @Override
  public void started(DependencyAgent agent) {
    objects = agent.createNode();
  }

  @Override
  public void classReached(DependencyAgent agent, String name) {
    if (!ours(name)) {
      return;
    }
    ClassReader reached = agent.getClassSource().get(name);
    if (!reached.hasModifier(ElementModifier.ABSTRACT)
        && !reached.hasModifier(ElementModifier.INTERFACE)) {
      objects.propagate(agent.getType(ValueType.object(name)));
    }
    for (MethodReader method : reached.getMethods()) {
      if (method.getProgram() != null) {
        agent.linkMethod(method.getReference()).use();
      }
    }
  }

  @Override
  public void methodReached(DependencyAgent agent, MethodDependency method) {
    if (ours(method.getReference().getClassName())) {
      for (int i = 0; i < method.getParameterCount(); i++) {
        connect(method.getVariable(i));
      }
    }
  }

  @Override
  public void fieldReached(DependencyAgent agent, FieldDependency field) {
    if (ours(field.getReference().getClassName())) {
      connect(field.getValue());
    }
  }

  private void connect(DependencyNode node) {
    if (node != null) { // numbers have none
      objects.connect(node);
    }
  }

  private static boolean ours(String name) {
    return name.startsWith("dev.tulle.");
  }
}
