import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/** As read_urls.py, by PostgreSQL's driver: lines of URL, login, password, schema, with tabs between. */
class ReadUrls {
  public static void main(String[] arguments) throws Exception {
    int read = 0;
    int wrong = 0;
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      String[] row = line.split("\t", -1);
      Properties got = org.postgresql.Driver.parseURL(row[0], new Properties());
      ++read;
      List<String> made = List.of(row[1], row[2], row[3]);
      if (got != null
          && made.equals(List.of(got.getProperty("user"), got.getProperty("password"), got.getProperty("PGDBNAME")))) {
        continue;
      }
      ++wrong;
      System.out.println(line);
    }
    System.out.println(read + " read, " + wrong + " wrong");
  }
}
