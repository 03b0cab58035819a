import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The job of bench/fold.py in Kafka Streams, exactly-once, with RocksDB: different event ids per wire name, unit, month and
 * employment form. Arguments: brokers, topic, how many different events there are, threads, application id, topic for the counts,
 * folder for state. Prints one line of JSON: seconds from the first record until the last count is committed, and memory.
 */
public class Fold {
  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] SEEN = {1};
  private static final AtomicLong begin = new AtomicLong();
  private static final AtomicLong counted = new AtomicLong();
  private static final long PATIENCE_NANOS = 120_000_000_000L;

  /** Passes on each event once, under the cell it belongs to. */
  static class Distinct implements Processor<String, byte[], String, byte[]> {
    private ProcessorContext<String, byte[]> context;
    private KeyValueStore<Bytes, byte[]> seen;

    @Override
    public void init(ProcessorContext<String, byte[]> given) {
      context = given;
      seen = given.getStateStore("seen");
    }

    @Override
    public void process(Record<String, byte[]> record) {
      if (begin.get() == 0) begin.compareAndSet(0, System.nanoTime());
      UUID id = UUID.fromString(header(record, "ce_id"));
      byte[] key = ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array();
      if (seen.putIfAbsent(Bytes.wrap(key), SEEN) == null) context.forward(record.withKey(cell(record)).withValue(SEEN));
    }

    private static String header(Record<String, byte[]> record, String name) {
      return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static String cell(Record<String, byte[]> record) {
      String unit = null, day = null, form = null;
      try (JsonParser body = JSON.createParser(record.value())) {
        body.nextToken();
        while (body.nextToken() == JsonToken.FIELD_NAME) {
          String field = body.currentName();
          body.nextToken();
          switch (field) {
            case "unit_id": unit = body.getText(); break;
            case "effective_date": day = body.getText(); break;
            case "employment_form": form = body.getText(); break;
            default: body.skipChildren();
          }
        }
      } catch (IOException problem) {
        throw new UncheckedIOException(problem);
      }
      return String.join("|", header(record, "ce_type"), unit, day.substring(0, 7), form);
    }
  }

  public static void main(String[] told) throws Exception {
    long expected = Long.parseLong(told[2]);
    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("seen"), Serdes.Bytes(), Serdes.ByteArray()));
    builder.stream(told[1], Consumed.with(Serdes.String(), Serdes.ByteArray()))
        .process(Distinct::new, "seen")
        .groupByKey(Grouped.with("by-cell", Serdes.String(), Serdes.ByteArray()))
        .aggregate(
            () -> 0L,
            (cell, one, before) -> {
              counted.incrementAndGet();
              return before + 1;
            },
            Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as("counts").withKeySerde(Serdes.String()).withValueSerde(Serdes.Long()))
        .toStream()
        .to(told[5], Produced.with(Serdes.String(), Serdes.Long()));
    KafkaStreams streams = new KafkaStreams(builder.build(), settings(told));
    streams.start();
    waitUntilCounted(expected);
    streams.close(); // commits what is open: from here on the last count is durable
    double seconds = (System.nanoTime() - begin.get()) / 1e9;
    System.out.printf(Locale.ROOT, "{\"seconds\": %.3f, \"counted\": %d, \"mib\": %d}%n", seconds, counted.get(), residentMib());
    System.exit(0);
  }

  private static Properties settings(String[] told) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, told[0]);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, told[3]);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, told[4]);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, told[6]);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "zstd");
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 100);
    return settings;
  }

  private static void waitUntilCounted(long expected) throws InterruptedException {
    long last = -1, moved = System.nanoTime();
    while (counted.get() < expected && System.nanoTime() - moved < PATIENCE_NANOS) {
      Thread.sleep(5);
      if (counted.get() != last) {
        last = counted.get();
        moved = System.nanoTime();
      }
    }
  }

  private static long residentMib() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status")))
      if (line.startsWith("VmHWM")) return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
    return 0;
  }
}
