import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import javax.security.auth.login.Configuration;

/** Login and password in a Kafka client's properties, as the two readers of the JDK that its clients stand on find them. */
class ReadJaas {
  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    try (InputStream input = Files.newInputStream(Path.of(arguments[0]))) {
      properties.load(input);
    }
    Path login = Path.of("jaas.conf");
    Files.writeString(login, "Client { " + properties.getProperty("sasl.jaas.config") + " };");
    System.setProperty("java.security.auth.login.config", login.toString());
    Map<String, ?> options = Configuration.getConfiguration().getAppConfigurationEntry("Client")[0].getOptions();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println(options.get("username"));
    out.println(options.get("password"));
  }
}
