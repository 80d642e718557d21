package dev.runnel.testkit;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The packages of a module, each with the other packages that it may use, held against the module's classes. The names begin below
 * {@code dev.runnel}. Two dots stand for all packages below one too. A package without a line has the line of the nearest package
 * above it. A test needs ArchUnit for this.
 *
 * @param module the module's package, as in {@code server}
 * @param mayUse each package with the other packages that it may use
 * @param classes all classes of the project that the module knows
 */
public record Layers(String module, Map<String, List<String>> mayUse, JavaClasses classes) {
    private static final String OURS = "dev.runnel.";

    /** All packages that have classes, with their whole names, in their order. */
    public Stream<String> packages() {
        return classes.stream().map(JavaClass::getPackageName).distinct().sorted();
    }

    /** The packages of the module, with their whole names, in their order. */
    public Stream<String> packagesOfModule() {
        return packages().filter(name -> (name + ".").startsWith(OURS + module + "."));
    }

    /** Fails if a line of the table is for no package, or if a package right below the module's has no line. */
    public void checkLines() {
        TreeSet<String> names = new TreeSet<>(packagesOfModule().map(name -> name.substring(OURS.length())).toList());
        TreeSet<String> gone = new TreeSet<>(mayUse.keySet());
        gone.removeAll(names);
        names.removeIf(name -> !name.matches(module + "\\.\\w+") || mayUse.containsKey(name));
        if (!gone.isEmpty() || !names.isEmpty()) {
            throw new AssertionError("lines without a package: " + gone + "; packages without a line: " + names);
        }
    }

    /** Fails if a class of a package uses another package of the project than the table says. */
    public void checkUses(String name) {
        Stream<String> others = line(name.substring(OURS.length())).stream().map(OURS::concat);
        String[] allowed = Stream.concat(Stream.of(name), others).toArray(String[]::new);
        DescribedPredicate<JavaClass> ours = resideInAPackage("dev.runnel..");
        noClasses().that().resideInAPackage(name)
                .should().dependOnClassesThat(ours.and(DescribedPredicate.not(resideInAnyPackage(allowed))))
                .check(classes);
    }

    private List<String> line(String name) {
        List<String> line = mayUse.get(name);
        return line != null ? line : line(name.substring(0, name.lastIndexOf('.')));
    }

    /** Fails if packages of the module know each other in a circle. */
    public void checkCirclesOfPackages() {
        slices().matching(OURS + module + ".(**)").should().beFreeOfCycles().check(classes);
    }

    /** Fails if files of a package know each other in a circle. */
    public void checkCirclesOfFiles(String name) {
        slices().assignedFrom(new Files(name)).should().beFreeOfCycles().check(classes);
    }

    /** Each file of a package is a slice: what is nested in a class belongs to it. */
    private record Files(String packageName) implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().equals(packageName)
                    ? SliceIdentifier.of(type.getName().replaceFirst("\\$.*", ""))
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "the files of " + packageName;
        }
    }
}
