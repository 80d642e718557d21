package dev.runnel.server.search.parse;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.form.PDFormXObject;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;

/** Makes documents, good and bad. */
public final class Documents {
    private Documents() {}

    interface Page {
        void write(PDDocument document, PDPage page, PDPageContentStream content) throws IOException;
    }

    static byte[] pdf(Page page) throws IOException {
        return pdf(page, document -> {});
    }

    interface Finish {
        void on(PDDocument document) throws IOException;
    }

    private static byte[] pdf(Page page, Finish finish) throws IOException {
        try (PDDocument document = new PDDocument()) {
            PDPage first = new PDPage();
            document.addPage(first);
            try (PDPageContentStream content = new PDPageContentStream(document, first)) {
                page.write(document, first, content);
            }
            finish.on(document);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            document.save(out);
            return out.toByteArray();
        }
    }

    static Page saying(String text) {
        return (document, page, content) -> {
            content.beginText();
            content.setFont(new PDType1Font(FontName.HELVETICA), 12);
            content.newLineAtOffset(50, 700);
            content.showText(text);
            content.endText();
        };
    }

    static byte[] encryptedPdf() throws IOException {
        return pdf(saying("a secret"), document -> document.protect(
                new StandardProtectionPolicy("owner", "user", new AccessPermission())));
    }

    static byte[] scannedPdf() throws IOException {
        return pdf((document, page, content) -> content.drawImage(
                LosslessFactory.createFromImage(document, new BufferedImage(50, 50, BufferedImage.TYPE_INT_RGB)), 0,
                0));
    }

    /** Each of its forms shows the next one ten times: the last is shown 10^14 times. */
    public static byte[] endlessPdf() throws IOException {
        return pdf((document, page, content) -> {
            PDFormXObject next = null;
            for (int level = 0; level < 15; level++) {
                PDFormXObject form = new PDFormXObject(document);
                form.setBBox(page.getMediaBox());
                PDResources resources = new PDResources();
                form.setResources(resources);
                String body = "q Q";
                if (next != null) {
                    COSName name = resources.add(next);
                    body = ("/" + name.getName() + " Do ").repeat(10);
                }
                try (OutputStream out = form.getContentStream().createOutputStream()) {
                    out.write(body.getBytes(StandardCharsets.US_ASCII));
                }
                next = form;
            }
            content.drawForm(next);
        });
    }

    /** Its tree of pages has itself as a child. */
    static byte[] cyclicPdf() throws IOException {
        return pdf(saying("round and round"), document -> {
            COSDictionary pages = document.getDocumentCatalog().getPages().getCOSObject();
            pages.getCOSArray(COSName.KIDS).add(pages);
            pages.setInt(COSName.COUNT, 1_000_000);
        });
    }

    static byte[] zip(Map<String, String> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }

    static byte[] docx(String body) throws IOException {
        return docx("", body);
    }

    public static byte[] docx(String prolog, String body) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("[Content_Types].xml", "<Types/>");
        files.put("word/document.xml",
                prolog + "<w:document xmlns:w=\"w\" xmlns:mc=\"mc\"><w:body>" + body + "</w:body></w:document>");
        return zip(files);
    }

    /** A document of some 300 KB that unpacks to 300 MiB of spaces. */
    public static byte[] bomb() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] spaces = new byte[1 << 20];
        Arrays.fill(spaces, (byte) ' ');
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("word/document.xml"));
            zip.write("<w:document xmlns:w=\"w\">".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 300; i++) {
                zip.write(spaces);
            }
            zip.write("</w:document>".getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }
}
