package org.condastagehand.activate;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.condastagehand.host.Causes;

/** A JSON object in a file that a user or a package wrote: anything else is an empty one, and a note. */
final class JsonFile {
    private static final int LARGEST = 1 << 20; // bytes

    private JsonFile() {}

    static JsonObject object(Path file, List<String> notes) {
        if (!Files.isRegularFile(file)) {
            return new JsonObject(); // also no wait for the writer of a pipe
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new IOException("larger than " + LARGEST + " bytes");
            }
            return parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            notes.add("the variables in `" + file + "` are left out: not UTF-8");
        } catch (IOException | JsonParseException e) {
            notes.add("the variables in `" + file + "` are left out: " + Causes.oneLine(e));
        }
        return new JsonObject();
    }

    private static JsonObject parse(String text) throws IOException {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        JsonElement root = JsonParser.parseReader(reader);
        if (!root.isJsonObject() || reader.peek() != JsonToken.END_DOCUMENT) {
            throw new IOException("not one JSON object");
        }
        return root.getAsJsonObject();
    }
}
