package dev.runnel.server.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/** A value of a YAML file, and where it stands. Immutable. */
final class Yaml {
    private final String file;
    private final Mark mark;
    private final @Nullable Node node;

    private Yaml(String file, Mark mark, @Nullable Node node) {
        this.file = file;
        this.mark = mark;
        this.node = node;
    }

    /** A member of a mapping: its name with its place, and its value. */
    record Member(Yaml name, Yaml value) {}

    /**
     * Reads a file's text.
     *
     * @param file its name, for messages
     * @throws ConfigException if it is no YAML
     */
    static Yaml read(String file, String text) {
        LoaderOptions limits = new LoaderOptions();
        limits.setMaxAliasesForCollections(100);
        limits.setNestingDepthLimit(50);
        try {
            Composer composer = new Composer(
                    new ParserImpl(new StreamReader(text), limits), new Resolver(), limits);
            Node node = composer.getSingleNode();
            return new Yaml(file, node == null ? new Mark(file, 0, 0, 0, new int[0], 0) : node.getStartMark(), node);
        } catch (MarkedYAMLException e) {
            Mark at = e.getProblemMark();
            throw new ConfigException(file + (at == null ? "" : place(at)) + ": it is not YAML: " + e.getProblem());
        } catch (ReaderException e) {
            throw new ConfigException(file + ": it is not YAML: " + e.getMessage());
        }
    }

    private static String place(Mark mark) {
        return ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
    }

    /** Where it stands: {@code runnel.yaml, line 3, column 5}. */
    String place() {
        return file + place(mark);
    }

    /** The line in which it stands, from 1 on. */
    int line() {
        return mark.getLine() + 1;
    }

    /** The mistake that stands here. */
    ConfigException mistake(String message) {
        return new ConfigException(place() + ": " + message);
    }

    /** Whether it is absent or null. */
    boolean isNothing() {
        return node == null || (node instanceof ScalarNode && node.getTag().equals(Tag.NULL));
    }

    boolean isText() {
        return node instanceof ScalarNode && !isNothing();
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    /** A value that is no list and no mapping, as it is written. */
    String text(String what) {
        if (node instanceof ScalarNode scalar && !isNothing()) {
            return scalar.getValue();
        }
        throw mistake(what + " must be a text");
    }

    /** The elements of a list; a text is a list of one. */
    List<Yaml> elements(String what) {
        if (isText()) {
            return List.of(this);
        }
        if (node instanceof SequenceNode list && !list.getValue().isEmpty()) {
            return list.getValue().stream().map(element -> new Yaml(file, element.getStartMark(), element)).toList();
        }
        throw mistake(what + " must be a text or a list of texts");
    }

    /**
     * The members of a mapping, in the file's order.
     *
     * @param what it is, for the message if it is no mapping
     * @throws ConfigException if it is no mapping, or has a member twice
     */
    Map<String, Member> members(String what) {
        if (isNothing()) {
            return Map.of();
        }
        if (!(node instanceof MappingNode mapping)) {
            throw mistake(what + " must be a mapping, with a 'name: value' on each line");
        }
        Map<String, Member> members = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Node key = tuple.getKeyNode();
            Yaml name = new Yaml(file, key.getStartMark(), key);
            Yaml value = new Yaml(file, tuple.getValueNode().getStartMark(), tuple.getValueNode());
            Member before = members.putIfAbsent(name.text("a name"), new Member(name, value));
            if (before != null) {
                throw name.mistake("'" + name.text("a name") + "' stands twice in " + what + ", first in line "
                        + before.name.line() + "; remove one, or give it another name");
            }
        }
        return members;
    }

    /** The value as JSON has it. */
    @Nullable
    Object plain() {
        if (node instanceof SequenceNode) {
            List<@Nullable Object> list = new ArrayList<>();
            elements("a list").forEach(element -> list.add(element.plain()));
            return list;
        }
        if (node instanceof MappingNode) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            members("an object").forEach((name, member) -> map.put(name, member.value.plain()));
            return map;
        }
        return isNothing() ? null : scalar(text("a value"));
    }

    private Object scalar(String text) {
        Tag tag = node == null ? Tag.STR : node.getTag();
        try {
            if (tag.equals(Tag.INT)) {
                return Long.valueOf(text);
            } else if (tag.equals(Tag.FLOAT)) {
                return Double.valueOf(text);
            } else if (tag.equals(Tag.BOOL)) {
                return Boolean.valueOf(text);
            }
            return text;
        } catch (NumberFormatException e) {
            throw mistake("'" + text + "' is a number that JSON does not have; write it in quotes if it is a text");
        }
    }
}
