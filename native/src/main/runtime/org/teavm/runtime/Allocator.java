// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package org.teavm.runtime;

import org.teavm.interop.Address;
import org.teavm.interop.Import;
import org.teavm.interop.StaticInit;
import org.teavm.interop.Structure;
import org.teavm.interop.Unmanaged;
import org.teavm.interop.c.Include;

/** Makes objects, in place of TeaVM's class of this name: from memory that is zero already. */
@StaticInit
@Unmanaged
@Include(value = "tulle.h", isSystem = false)
public final class Allocator {
  private Allocator() {}

  public static Address allocate(RuntimeClass tag) {
    RuntimeObject object = take(tag.size).toStructure();
    object.classReference = tag.pack();
    return object.toAddress();
  }

  public static Address allocateArray(RuntimeClass tag, int size) {
    return takeArray(tag.toAddress(), size);
  }

  /** As TeaVM's: an array of arrays, for each dimension that has a length. */
  public static RuntimeArray allocateMultiArray(
      RuntimeClass tag, Address dimensions, int dimensionCount) {
    int size = dimensions.getInt();
    RuntimeArray array = allocateArray(tag, size).toStructure();
    if (dimensionCount > 1) {
      Address item = Structure.add(RuntimeArray.class, array, 1).toAddress();
      item = Address.align(item, Address.sizeOf());
      for (int i = 0; i < size; i++) {
        item.putAddress(
            allocateMultiArray(tag.itemType, dimensions.add(4), dimensionCount - 1).toAddress());
        item = item.add(Address.sizeOf());
      }
    }
    return array;
  }

  public static native boolean isInitialized(Class<?> cls);

  @Import(name = "tulle_allocate")
  private static native Address take(int octets);

  @Import(name = "tulle_allocateArray")
  private static native Address takeArray(Address arrayClass, int length);
}
