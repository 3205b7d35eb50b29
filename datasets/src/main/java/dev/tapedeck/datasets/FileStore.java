package dev.tapedeck.datasets;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * Elements in a file, which has its name once it is complete: a mark, records, and their number
 * after a length of -1. A record is its length, its CRC-32C and {@link TensorBytes}.
 *
 * <p>The structure of the elements is not in the file: it is that of the first element, which is
 * made anew.
 */
final class FileStore implements ElementStore<DetachedExample> {
  private static final String MARK = "tapedeck cache 1\n";
  private static final long END = -1;
  private static final int HEADER = Long.BYTES + Integer.BYTES;

  private final Path path;
  private final List<Long> starts = new ArrayList<>();
  private Path unfinished;
  private RandomAccessFile file;
  private ExampleTree tree;
  private boolean complete;

  FileStore(Path path) {
    this.path = path;
  }

  @Override
  public void open(Supplier<DetachedExample> first) {
    if (!Files.exists(path)) {
      return;
    }
    DetachedExample example = first.get();
    try {
      starts.clear();
      file = new RandomAccessFile(path.toFile(), "r");
      findRecords();
    } catch (IOException e) {
      throw damaged(e);
    }
    complete = true;
    if ((example == null) != starts.isEmpty()) {
      throw stale(starts.size() + " elements", example == null ? "none" : "some");
    }
    if (example != null) {
      tree = example.tree();
      DetachedExample saved = read(0);
      if (!saved.tree().equals(tree)) {
        throw stale(saved.tree(), tree);
      }
      saved.discard();
      example.discard();
    }
  }

  private IllegalArgumentException stale(Object saved, Object made) {
    return Refusal.of(
        "cache",
        "needs in " + path + " what the steps before make, " + made,
        saved,
        "delete the file, or give another");
  }

  private void findRecords() throws IOException {
    byte[] mark = new byte[MARK.length()];
    file.readFully(mark);
    if (!MARK.equals(new String(mark, StandardCharsets.US_ASCII))) {
      throw new IOException("it is no cache");
    }
    long at = file.getFilePointer();
    for (long length = file.readLong(); length != END; length = file.readLong()) {
      starts.add(at);
      at = at + HEADER + length;
      if (length < 0 || length > file.length() || at > file.length()) {
        throw new IOException("element " + (starts.size() - 1) + " is damaged");
      }
      file.seek(at);
    }
    if (file.readLong() != starts.size()) {
      throw new IOException("elements are missing");
    }
  }

  private DatasetException damaged(IOException e) {
    String why = e instanceof EOFException ? "it is cut off" : e.getMessage();
    return new DatasetException(
        "cache: " + path + ": " + why + "; delete the file to make it anew", e);
  }

  @Override
  public long size() {
    return starts.size();
  }

  @Override
  public void add(DetachedExample element) {
    if (tree == null) {
      tree = element.tree();
    }
    requireAlike(element.tree());
    byte[] bytes = TensorBytes.of(element.tensors());
    element.discard();
    try {
      if (file == null) {
        create();
      }
      long at = file.length();
      file.seek(at);
      file.writeLong(bytes.length);
      file.writeInt(checksum(bytes));
      file.write(bytes);
      starts.add(at);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void create() throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    unfinished = Files.createTempFile(folder, path.getFileName().toString(), ".part");
    unfinished.toFile().deleteOnExit();
    file = new RandomAccessFile(unfinished.toFile(), "rw");
    file.writeBytes(MARK);
  }

  private DatasetException unwritable(IOException e) {
    return new DatasetException("cache: " + path + ": cannot be written: " + e.getMessage(), e);
  }

  private void requireAlike(ExampleTree other) {
    if (!tree.isLike(other)) {
      throw Refusal.of(
          "cache",
          "in a file needs examples of one structure, " + tree,
          other + " in example " + starts.size(),
          "give all the same with map first, or cache in memory");
    }
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  @Override
  public DetachedExample get(long number) {
    return read((int) number);
  }

  private DetachedExample read(int number) {
    return DetachedExample.of(
        () -> {
          try {
            file.seek(starts.get(number));
            byte[] bytes = new byte[Math.toIntExact(file.readLong())];
            int sum = file.readInt();
            file.readFully(bytes);
            if (checksum(bytes) != sum) {
              throw new IOException("element " + number + " is damaged");
            }
            return tree.build(tensors(bytes).iterator());
          } catch (IOException e) {
            throw damaged(e);
          }
        });
  }

  private List<Tensor> tensors(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    List<Tensor> tensors = new ArrayList<>();
    while (in.available() > 0) {
      tensors.add(TensorBytes.read(in));
    }
    if (tensors.size() != tree.size()) {
      throw stale(tensors.size() + " tensors in an element", tree);
    }
    return tensors;
  }

  @Override
  public void complete() {
    try {
      if (file == null) {
        create();
      }
      file.seek(file.length());
      file.writeLong(END);
      file.writeLong(starts.size());
      file.getFD().sync();
      file.close();
      Files.move(unfinished, path, StandardCopyOption.REPLACE_EXISTING);
      file = new RandomAccessFile(path.toFile(), "r");
      complete = true;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  @Override
  public boolean isComplete() {
    return complete;
  }

  @Override
  public void clear() {
    starts.clear();
    tree = null;
    try {
      if (file != null) {
        file.close();
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw unwritable(e);
    } finally {
      file = null;
    }
  }
}
