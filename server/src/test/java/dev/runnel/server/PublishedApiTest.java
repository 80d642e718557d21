package dev.runnel.server;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The public types of the two libraries: a JSON library of another version, or another one, must not break them. */
class PublishedApiTest {
    private static final Set<String> PACKAGES = Set.of(
            "dev.runnel.protocol", "dev.runnel.protocol.chat", "dev.runnel.protocol.sse",
            "dev.runnel.protocol.responses", "dev.runnel.protocol.vectorstore", "dev.runnel.client",
            "dev.runnel.client.transport");

    private static final JavaClasses LIBRARIES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.runnel.protocol", "dev.runnel.client");

    @Test
    void nothingPublishedShowsATypeOfJacksonsOrOneThatIsNotPublished() {
        List<String> shown = new ArrayList<>();
        for (JavaClass type : LIBRARIES) {
            if (isPublished(type)) {
                Stream.concat(Stream.of(type.getSuperclass()).flatMap(above -> above.stream()),
                        type.getInterfaces().stream())
                        .filter(PublishedApiTest::isHidden)
                        .forEach(above -> shown.add(type.getName() + " is a " + above.getName()));
                type.getMembers().stream()
                        .filter(PublishedApiTest::isSeen)
                        .filter(member -> signature(member).anyMatch(PublishedApiTest::isHidden))
                        .forEach(member -> shown.add(member.getFullName()));
            }
        }
        assertThat(shown).isEmpty();
    }

    @Test
    void theRuleSeesAllPackages() {
        assertThat(LIBRARIES.stream().filter(PublishedApiTest::isPublished).map(JavaClass::getPackageName))
                .containsAll(PACKAGES);
    }

    private static boolean isPublished(JavaClass type) {
        return PACKAGES.contains(type.getPackageName())
                && isOpen(type.getModifiers())
                && type.getEnclosingClass().map(PublishedApiTest::isPublished).orElse(true);
    }

    private static boolean isSeen(JavaMember member) {
        return isOpen(member.getModifiers());
    }

    private static boolean isOpen(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static Stream<JavaType> signature(JavaMember member) {
        return switch (member) {
            case JavaCodeUnit code -> Stream.of(
                    code.getParameterTypes().stream(), Stream.of(code.getReturnType()),
                    code.getExceptionTypes().stream()).flatMap(types -> types);
            default -> member.getAllInvolvedRawTypes().stream().map(type -> type);
        };
    }

    private static boolean isHidden(JavaType type) {
        return type.getAllInvolvedRawTypes().stream().anyMatch(raw -> raw.getPackageName().startsWith("com.fasterxml")
                || (raw.getPackageName().startsWith("dev.runnel") && !isPublished(raw)));
    }
}
