import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.feast.FeastClient;
import dev.feast.Row;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Feast's Java client, called by a conformance test: {@code {"host", "port", "features", "rows"}} comes in on standard input,
 * and what the client makes of the answer goes out as JSON.
 */
public final class ReadFeatures {
  public static void main(String[] args) throws Exception {
    Gson gson = new Gson();
    JsonObject call = gson.fromJson(new InputStreamReader(System.in), JsonObject.class);
    List<String> features = new ArrayList<>();
    call.getAsJsonArray("features").forEach(feature -> features.add(feature.getAsString()));
    List<Row> rows = new ArrayList<>();
    call.getAsJsonArray("rows").forEach(given -> {
      Row row = Row.create();
      given.getAsJsonObject().entrySet().forEach(entry -> {
        var value = entry.getValue().getAsJsonPrimitive();
        row.set(entry.getKey(), value.isString() ? value.getAsString() : (Object) value.getAsLong());
      });
      rows.add(row);
    });
    Map<String, Object> outcome = new LinkedHashMap<>();
    try (FeastClient client = FeastClient.create(call.get("host").getAsString(), call.get("port").getAsInt())) {
      outcome.put("version", client.getFeastServingInfo().getVersion());
      List<Object> read = new ArrayList<>();
      for (Row row : client.getOnlineFeatures(features, rows)) read.add(plain(row));
      outcome.put("rows", read);
    } catch (RuntimeException error) {
      outcome.put("raised", String.valueOf(error.getMessage()));
    }
    System.out.println(gson.toJson(outcome));
  }

  private static Map<String, Object> plain(Row row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    row.getFields().forEach((name, value) -> {
      String kind = value.getValCase().name();
      String text = value.toString().replaceAll("\\s+", " ").trim();
      fields.put(name, List.of(kind, text, row.getStatus(name).name()));
    });
    return fields;
  }
}
