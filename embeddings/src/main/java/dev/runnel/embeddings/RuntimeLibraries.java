package dev.runnel.embeddings;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Loads ONNX Runtime's native libraries from a folder that is gone again when they are loaded. By itself the runtime leaves an empty folder
 * behind at each end, and 25 MB of libraries after a kill.
 */
final class RuntimeLibraries {
    /** The system property that tells the runtime where its libraries are. */
    private static final String FOLDER = "onnxruntime.native.path";

    private static final List<String> LIBRARIES = List.of("onnxruntime", "onnxruntime4j_jni");

    private RuntimeLibraries() {}

    /** The runtime, with its libraries loaded. */
    static synchronized OrtEnvironment environment() throws IOException {
        if (isKnown() || !LIBRARIES.stream().allMatch(RuntimeLibraries::isThere)) {
            return OrtEnvironment.getEnvironment();
        }
        Path folder = Files.createTempDirectory("runnel-embeddings-");
        try {
            for (String library : LIBRARIES) {
                try (InputStream content = RuntimeLibraries.class.getResourceAsStream(resource(library))) {
                    Files.copy(Objects.requireNonNull(content), folder.resolve(System.mapLibraryName(library)));
                }
            }
            System.setProperty(FOLDER, folder.toString());
            return OrtEnvironment.getEnvironment();
        } finally {
            for (String library : LIBRARIES) {
                Files.deleteIfExists(folder.resolve(System.mapLibraryName(library)));
            }
            Files.delete(folder);
        }
    }

    /** Whether the folder is set: by who started this JVM, or by an earlier call, which has loaded the libraries. */
    private static boolean isKnown() {
        return System.getProperty(FOLDER) != null;
    }

    private static boolean isThere(String library) {
        return RuntimeLibraries.class.getResource(resource(library)) != null;
    }

    /** The library in the runtime's jar. On Windows it has another name, so that none is found, where a file in use cannot be removed: the runtime loads its own way there. */
    private static String resource(String library) {
        String system = System.getProperty("os.name").startsWith("Mac") ? "osx" : "linux";
        String processor = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x64";
        return "/ai/onnxruntime/native/" + system + "-" + processor + "/" + System.mapLibraryName(library);
    }
}
