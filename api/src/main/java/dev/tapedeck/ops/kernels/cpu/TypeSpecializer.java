package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.tensor.DType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A specializer of loops that are written once for float32 and float64.
 *
 * <p>{@link #copy} makes a copy of such a class for each type, in which {@link #species} is a
 * constant: HotSpot emits vector instructions only for a known type. Its loops are padded so that
 * none is inlined: see {@link LoopEmitter}.
 */
final class TypeSpecializer {
  /** The bytecode size up to which a method is a helper, to be inlined; longer ones are loops. */
  private static final int HELPER = 64;

  private static final CodeTransform PADDED =
      new CodeTransform() {
        @Override
        public void atStart(CodeBuilder code) {
          LoopEmitter.pad(code);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
          code.with(element);
        }
      };

  private TypeSpecializer() {}

  /** Returns an instance of a copy of a class, for an element type. */
  static <T> T copy(Class<? extends T> loops, Class<T> as, DType type) {
    try (InputStream code = loops.getResourceAsStream(loops.getSimpleName() + ".class")) {
      ClassModel model = ClassFile.of().parse(code.readAllBytes());
      byte[] padded =
          ClassFile.of()
              .transformClass(
                  model, ClassTransform.transformingMethodBodies(TypeSpecializer::isLoop, PADDED));
      MethodHandles.Lookup copy =
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(padded, VectorSupport.species(type), true);
      MethodType constructor = MethodType.methodType(void.class);
      return as.cast(copy.findConstructor(copy.lookupClass(), constructor).invoke());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Error e) {
      throw e; // such as a stack overflow: another attempt may succeed
    } catch (Throwable e) {
      throw new LinkageError("kernels: no copy of " + loops + " for " + type, e);
    }
  }

  private static boolean isLoop(MethodModel method) {
    return method
        .code()
        .filter(code -> code instanceof CodeAttribute all && all.codeLength() > HELPER)
        .isPresent();
  }

  /** Returns the species of the element type that a copy is for. */
  @SuppressWarnings("unchecked")
  static VectorSpecies<Number> species(MethodHandles.Lookup copy) {
    try {
      return MethodHandles.classData(copy, "_", VectorSpecies.class);
    } catch (IllegalAccessException e) {
      throw new LinkageError("kernels: no copy", e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // there is one of each
  private static boolean isFloat32(VectorSpecies<Number> species) {
    return (Object) species == VectorSupport.FLOAT32;
  }

  /** Returns a vector of one number. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  static Vector<Number> all(VectorSpecies<Number> species, double number) {
    return isFloat32(species)
        ? (Vector) FloatVector.broadcast(VectorSupport.FLOAT32, (float) number)
        : (Vector) DoubleVector.broadcast(VectorSupport.FLOAT64, number);
  }

  /** Returns the lanes of a mask, and 0 in the others, whose memory is not read. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  static Vector<Number> load(VectorSpecies<Number> species, long address, VectorMask some) {
    MemorySegment memory = VectorSupport.upTo(address, some);
    long at = address & VectorSupport.ADDRESS;
    return isFloat32(species)
        ? (Vector)
            FloatVector.fromMemorySegment(
                VectorSupport.FLOAT32, memory, at, VectorSupport.ORDER, some)
        : (Vector)
            DoubleVector.fromMemorySegment(
                VectorSupport.FLOAT64, memory, at, VectorSupport.ORDER, some);
  }

  /** Returns all lanes. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  static Vector<Number> load(VectorSpecies<Number> species, long address) {
    long at = address & VectorSupport.ADDRESS;
    return isFloat32(species)
        ? (Vector)
            FloatVector.fromMemorySegment(
                VectorSupport.FLOAT32, VectorSupport.ALL, at, VectorSupport.ORDER)
        : (Vector)
            DoubleVector.fromMemorySegment(
                VectorSupport.FLOAT64, VectorSupport.ALL, at, VectorSupport.ORDER);
  }

  /** Stores all lanes. */
  static void store(Vector<Number> x, long address) {
    x.intoMemorySegment(VectorSupport.ALL, address & VectorSupport.ADDRESS, VectorSupport.ORDER);
  }

  /** Stores the lanes of a mask. */
  static void store(Vector<Number> x, long address, VectorMask<Number> some) {
    x.intoMemorySegment(
        VectorSupport.ALL, address & VectorSupport.ADDRESS, VectorSupport.ORDER, some);
  }

  static double get(VectorSpecies<Number> species, long address) {
    return isFloat32(species)
        ? VectorSupport.ALL.get(ValueLayout.JAVA_FLOAT, address)
        : VectorSupport.ALL.get(ValueLayout.JAVA_DOUBLE, address);
  }

  static void set(VectorSpecies<Number> species, long address, double number) {
    if (isFloat32(species)) {
      VectorSupport.ALL.set(ValueLayout.JAVA_FLOAT, address, (float) number);
    } else {
      VectorSupport.ALL.set(ValueLayout.JAVA_DOUBLE, address, number);
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static Vector<Number> exp(VectorSpecies<Number> species, Vector x) {
    return isFloat32(species)
        ? (Vector) VectorMath.exp((FloatVector) x)
        : (Vector) SpecialElements.of((DoubleVector) x, Primitive.EXP);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static Vector<Number> tanh(VectorSpecies<Number> species, Vector x) {
    return isFloat32(species)
        ? (Vector) VectorMath.tanh((FloatVector) x)
        : (Vector) SpecialElements.of((DoubleVector) x, Primitive.TANH);
  }

  /** Returns the largest lane; NaN if there is one. */
  @SuppressWarnings("rawtypes")
  static double largest(VectorSpecies<Number> species, Vector x) {
    return isFloat32(species)
        ? ((FloatVector) x).reduceLanes(VectorOperators.MAX)
        : ((DoubleVector) x).reduceLanes(VectorOperators.MAX);
  }

  /** Returns the sum of all lanes, always in the same order. */
  @SuppressWarnings("rawtypes")
  static double sum(VectorSpecies<Number> species, Vector x) {
    return isFloat32(species)
        ? VectorSupport.sum((FloatVector) x)
        : VectorSupport.sum((DoubleVector) x);
  }
}
