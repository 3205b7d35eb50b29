package dev.tapedeck.ops;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.array.MatchShape;
import java.util.stream.Stream;

/** The classes whose static functions are the ops. */
final class OpClasses {
  private OpClasses() {}

  static Stream<JavaClass> all() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tapedeck.ops", "dev.tapedeck.nn")
            .stream()
            .filter(
                type ->
                    type.getPackageName()
                            .matches(
                                "dev\\.tapedeck\\.ops\\.(pointwise|array|linalg|random|neural)")
                        || type.isEquivalentTo(Activations.class))
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(type -> !type.isEquivalentTo(MatchShape.class)); // behind gradients
  }
}
