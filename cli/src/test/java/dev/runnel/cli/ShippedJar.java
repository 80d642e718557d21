package dev.runnel.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * The jar that the launcher starts, and how: with a cache of loaded classes and SQLite's library beside it, or each of the many calls would
 * take a second longer.
 */
final class ShippedJar {
    private static final Path JAR = Path.of("target", "runnel.jar").toAbsolutePath();
    private static final Path NATIVE = JAR.resolveSibling("tests.native");
    private static final Path CLASSES = cacheFor(JAR);

    private ShippedJar() {}

    /** The words of a call. */
    static List<String> call(String... arguments) {
        return words("-XX:AOTCache=" + CLASSES, arguments);
    }

    private static List<String> words(String cacheOption, String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:disable", "-Xlog:all=error:stderr", "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-Djdk.reflect.useNativeAccessorOnly=true", cacheOption,
                "-Dorg.sqlite.lib.path=" + NATIVE, "-jar", JAR.toString()));
        words.addAll(List.of(arguments));
        return words;
    }

    /** Made by the first that needs it: tests run in several processes. */
    private static Path cacheFor(Path jar) {
        Path cache = jar.resolveSibling("tests.aot");
        try (FileChannel channel = FileChannel.open(
                jar.resolveSibling("tests.aot.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock alone = channel.lock()) {
            boolean made = Files.exists(cache) && Files.getLastModifiedTime(cache).compareTo(changed(jar)) > 0;
            if (alone.isValid() && !made) {
                make(cache);
            }
            return cache;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** When the jar or one of those beside it, which its manifest names, has changed: a cache made before is of no use. */
    private static FileTime changed(Path jar) throws IOException {
        FileTime last = Files.getLastModifiedTime(jar);
        try (JarFile opened = new JarFile(jar.toFile())) {
            String beside = opened.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            for (String name : beside.strip().split(" +", -1)) {
                FileTime its = Files.getLastModifiedTime(jar.resolveSibling(name));
                last = its.compareTo(last) > 0 ? its : last;
            }
        }
        return last;
    }

    private static void make(Path cache) throws IOException, InterruptedException {
        Files.deleteIfExists(cache);
        unpackNative();
        ProcessBuilder builder = new ProcessBuilder(words("-XX:AOTCacheOutput=" + cache, "run", "hi"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> name.startsWith("RUNNEL_") || name.startsWith("OPENAI_"));
        builder.start().waitFor();
    }

    /** Without it the driver unpacks its library at each start, and compares what it wrote. */
    private static void unpackNative() throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        Files.createDirectories(NATIVE);
        try (InputStream library = SQLiteJDBCLoader.class.getResourceAsStream(
                LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name)) {
            Files.copy(Objects.requireNonNull(library), NATIVE.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
