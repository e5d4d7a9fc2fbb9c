// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import org.teavm.model.ClassHolder;
import org.teavm.model.ClassHolderTransformer;
import org.teavm.model.ClassHolderTransformerContext;
import org.teavm.model.ElementModifier;
import org.teavm.model.MethodHolder;

/**
 * Takes {@code final} off our classes and methods while TeaVM looks at them.
 *
 * <p>TeaVM takes a call to a final method as a sure one, so it would keep the code of a feature
 * that no program constructs, behind a field that is always null. A virtual call it follows only to
 * classes of which there are objects; where there is one such class it makes the call direct again.
 */
public final class OpenClasses implements ClassHolderTransformer {
  @Override
  public void transformClass(ClassHolder cls, ClassHolderTransformerContext context) {
    if (!cls.getName().startsWith("dev.tulle.")) {
      return;
    }
    cls.getModifiers().remove(ElementModifier.FINAL);
    for (MethodHolder method : cls.getMethods()) {
      method.getModifiers().remove(ElementModifier.FINAL);
    }
  }
}
