package org.condastagehand.pack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlanksTest {
    private static final String[] KEYS = {"extracted_package_dir", "package_tarball_full_path", "link", "source", "x"};

    private static String blanked(String json) {
        byte[] bytes = json.getBytes(UTF_8);
        return new String(Blanks.without(bytes, Blanks.in(bytes)), UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            delimiter = '|',
            value = {
                "{\"extracted_package_dir\": \"/a\\\"b\\\\\"} | {\"extracted_package_dir\": \"\"}",
                "{\"a\": 1, \"package_tarball_full_path\":\"/é\",\"b\":[]} | {\"a\": 1, \"package_tarball_full_path\":\"\",\"b\":[]}",
                "{\"link\": {\"type\": 1, \"source\": \"/a\"} , \"source\": \"s\"} | {\"link\": {\"type\": 1, \"source\": \"\"} , \"source\": \"s\"}",
                "{\"paths\": [{\"extracted_package_dir\": \"/a\"}, \"]\"]} | {\"paths\": [{\"extracted_package_dir\": \"/a\"}, \"]\"]}",
                "{\"link\": null, \"x\": {\"link\": {\"source\": \"s\"}}} | {\"link\": null, \"x\": {\"link\": {\"source\": \"s\"}}}",
                "{\"extracted_package_dir\": \"\"} | {\"extracted_package_dir\": \"\"}"
            })
    void onlyTheCachesPathsAreCutOut(String before, String after) {
        assertThat(blanked(before.strip())).isEqualTo(after.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"a",
                "{\"a\":",
                "{\"a\" \"b\"}",
                "{a:1}",
                "{\"a\":[1",
                "\"x\"",
                "{,}",
                "{}}",
                "{]"
            })
    void whatIsNoObjectStays(String json) {
        assertThat(blanked(json)).isEqualTo(json);
    }

    @Property(tries = 300)
    void theRestOfAnyObjectIsTheSame(@ForAll long seed, @ForAll boolean pretty) {
        JsonObject object = object(new Random(seed), 0);
        Gson gson = pretty ? new GsonBuilder().setPrettyPrinting().create() : new Gson();

        JsonObject blanked =
                JsonParser.parseString(blanked(gson.toJson(object))).getAsJsonObject();

        for (String key : new String[] {"extracted_package_dir", "package_tarball_full_path"}) {
            empty(object, key);
        }
        if (object.has("link") && object.get("link").isJsonObject()) {
            empty(object.getAsJsonObject("link"), "source");
        }
        assertThat(blanked).isEqualTo(object);
    }

    private static void empty(JsonObject object, String key) {
        if (object.has(key)
                && object.get(key).isJsonPrimitive()
                && object.getAsJsonPrimitive(key).isString()) {
            object.addProperty(key, "");
        }
    }

    private static JsonObject object(Random random, int depth) {
        JsonObject object = new JsonObject();
        for (int i = random.nextInt(6); i > 0; i--) {
            String key = KEYS[random.nextInt(KEYS.length)];
            switch (random.nextInt(depth > 3 ? 3 : 5)) {
                case 0 -> object.addProperty(key, "\"\\/é\n{}[],:".substring(random.nextInt(10)));
                case 1 -> object.addProperty(key, random.nextInt());
                case 2 -> object.addProperty(key, random.nextBoolean());
                case 3 -> object.add(key, object(random, depth + 1));
                default -> {
                    com.google.gson.JsonArray array = new com.google.gson.JsonArray();
                    for (int j = random.nextInt(3); j > 0; j--) {
                        array.add(object(random, depth + 1));
                        array.add("a\"}]");
                    }
                    object.add(key, array);
                }
            }
        }
        return object;
    }
}
