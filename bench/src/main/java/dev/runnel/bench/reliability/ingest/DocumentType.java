package dev.runnel.bench.reliability.ingest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes a text of parts, each of lines without special characters, as a document of a type. */
enum DocumentType {
    TXT {
        @Override
        byte[] write(List<List<String>> parts) {
            return bytes(joined(parts, "", ""));
        }
    },
    MD {
        @Override
        byte[] write(List<List<String>> parts) {
            return bytes("# All parts\n\n" + joined(parts, "", ""));
        }
    },
    HTML {
        @Override
        byte[] write(List<List<String>> parts) {
            return bytes("<!DOCTYPE html><title>All parts</title><body>" + joined(parts, "<p>", "</p>") + "</body>");
        }
    },
    DOCX {
        @Override
        byte[] write(List<List<String>> parts) {
            ByteArrayOutputStream document = new ByteArrayOutputStream();
            try (ZipOutputStream zip = new ZipOutputStream(document)) {
                entry(zip, "[Content_Types].xml", "<Types/>");
                entry(zip, "word/document.xml", "<w:document xmlns:w=\"w\"><w:body>"
                        + joined(parts, "<w:p><w:r><w:t>", "</w:t></w:r></w:p>") + "</w:body></w:document>");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return document.toByteArray();
        }
    },
    PDF {
        @Override
        byte[] write(List<List<String>> parts) {
            return pdf(parts);
        }
    };

    private static final int FIRST_PAGE = 4; // after the catalog, the list of pages and the font

    /** The document. */
    abstract byte[] write(List<List<String>> parts);

    /** How its file's name ends. */
    String extension() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String joined(List<List<String>> parts, String before, String after) {
        return parts.stream().map(lines -> before + String.join("\n", lines) + after)
                .collect(Collectors.joining("\n\n"));
    }

    private static void entry(ZipOutputStream zip, String name, String content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes(content));
    }

    /** A page for each part. */
    private static byte[] pdf(List<List<String>> parts) {
        List<String> objects = new ArrayList<>();
        String pages = parts.stream().map(part -> FIRST_PAGE + 2 * parts.indexOf(part) + " 0 R")
                .collect(Collectors.joining(" "));
        objects.add("<</Type/Catalog/Pages 2 0 R>>");
        objects.add("<</Type/Pages/Kids[" + pages + "]/Count " + parts.size() + ">>");
        objects.add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
        for (List<String> lines : parts) {
            objects.add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>/Contents "
                    + (objects.size() + 2) + " 0 R>>");
            String text = lines.stream().map(line -> "(" + line + ") Tj T*").collect(Collectors.joining("\n"));
            String stream = "BT /F 12 Tf 14 TL 50 700 Td\n" + text + "\nET";
            objects.add("<</Length " + stream.length() + ">>stream\n" + stream + "\nendstream");
        }
        return bytes(numbered(objects));
    }

    private static String numbered(List<String> objects) {
        StringBuilder file = new StringBuilder("%PDF-1.4\n");
        StringBuilder places = new StringBuilder("0000000000 65535 f \n");
        for (int i = 0; i < objects.size(); i++) {
            places.append("%010d 00000 n \n".formatted(file.length()));
            file.append(i + 1).append(" 0 obj").append(objects.get(i)).append("endobj\n");
        }
        int table = file.length();
        return file.append("xref\n0 ").append(objects.size() + 1).append('\n').append(places)
                .append("trailer<</Size ").append(objects.size() + 1).append("/Root 1 0 R>>\nstartxref\n").append(table)
                .append("\n%%EOF\n").toString();
    }
}
