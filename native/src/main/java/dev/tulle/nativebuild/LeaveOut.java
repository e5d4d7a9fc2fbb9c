// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.util.Set;
import org.teavm.model.BasicBlock;
import org.teavm.model.ClassHolder;
import org.teavm.model.ClassHolderTransformer;
import org.teavm.model.ClassHolderTransformerContext;
import org.teavm.model.Instruction;
import org.teavm.model.MethodHolder;
import org.teavm.model.instructions.ConstructInstruction;
import org.teavm.model.instructions.InvokeInstruction;
import org.teavm.model.instructions.NullConstantInstruction;

/**
 * Makes a program without some features, to see what they cost: wherever an object of one of their
 * classes would be constructed, there is null.
 *
 * <p>That is how a profile leaves a feature out, so what TeaVM and gcc then drop is what the
 * feature costs. The program is for its size alone: a profile may go on to call what is not there.
 */
public final class LeaveOut implements ClassHolderTransformer {
  @Override
  public void transformClass(ClassHolder cls, ClassHolderTransformerContext context) {
    Set<String> absent = Selection.current().absent();
    if (absent.isEmpty() || !cls.getName().startsWith("dev.tulle.")) {
      return;
    }
    boolean itself = absent.contains(cls.getName()) || absent.contains(cls.getParent());
    for (MethodHolder method : cls.getMethods()) {
      if (method.getProgram() == null) {
        continue;
      }
      for (BasicBlock block : method.getProgram().getBasicBlocks()) {
        for (Instruction each = block.getFirstInstruction(); each != null; ) {
          Instruction next = each.getNext();
          leaveOut(each, absent, itself && method.getName().equals("<init>"));
          each = next;
        }
      }
    }
  }

  private static void leaveOut(Instruction each, Set<String> absent, boolean constructor) {
    if (each instanceof ConstructInstruction made && absent.contains(made.getType())) {
      NullConstantInstruction nothing = new NullConstantInstruction();
      nothing.setReceiver(made.getReceiver());
      each.replace(nothing);
    } else if (!constructor // whose own call is that of its class or of the one above
        && each instanceof InvokeInstruction call
        && call.getMethod().getName().equals("<init>")
        && absent.contains(call.getMethod().getClassName())) {
      each.delete();
    }
  }
}
