package org.rkv.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.rkv.disk.DiskLife.Mutant;
import org.rkv.disk.Manifest.NamedFile;

/** Logs with one fault each, put in from outside. */
final class DiskMutants {
  private DiskMutants() {}

  /** Whatever is written in a log counts as forced. */
  static Mutant acknowledgesBeforeTheForce() {
    return new Mutant() {
      @Override
      Volume seen(Volume volume) {
        return new OtherVolume(volume) {
          @Override
          public Output create(String name) throws IOException {
            Output output = super.create(name);
            return new OtherOutput(output) {
              @Override
              public void force() throws IOException {
                if (!FileHeader.isOurs(name)) {
                  super.force();
                }
              }
            };
          }
        };
      }
    };
  }

  /** A batch that could not be written, as the disk was full, counts; the next one is in order. */
  static Mutant comparesOverAVoidBatch() {
    return new Mutant() {
      @Override
      DiskWorker worker(DiskWorker worker) {
        return new DiskWorker() {
          private boolean isVoid;

          @Override
          public <T> void run(Callable<T> work, Consumer<? super T> then) {
            worker.run(() -> forgiving(work), then);
          }

          @SuppressWarnings("unchecked")
          private <T> T forgiving(Callable<T> work) throws Exception {
            if (isVoid) {
              isVoid = false;
              return (T) "the batch before could not be written"; // and so a new file is begun
            }
            T result = work.call();
            isVoid = "no space".equals(result);
            return isVoid ? (T) "" : result;
          }
        };
      }
    };
  }

  /** Removes the older files, and then names the snapshot that takes their place. */
  static Mutant removesBeforeItNames() {
    return new Mutant() {
      @Override
      Volume seen(Volume volume) {
        return new OtherVolume(volume) {
          private String snapshot;

          @Override
          public Output create(String name) throws IOException {
            if (name.equals(Manifest.TEMPORARY_FILE) && snapshot != null) {
              long number = FileHeader.numberOf(snapshot);
              for (String older : list()) {
                if (FileHeader.isOurs(older) && FileHeader.numberOf(older) < number - 1) {
                  remove(older);
                }
              }
              snapshot = null;
            } else if (FileHeader.isOurs(name)) {
              snapshot = FileHeader.isSnapshot(name) ? name : null;
            }
            return super.create(name);
          }
        };
      }
    };
  }

  /** Reads files that the manifest does not name as well. */
  static Mutant readsEveryFile() {
    return new Mutant() {
      @Override
      Volume seen(Volume volume) {
        return new OtherVolume(volume) {
          @Override
          public void remove(String name) throws IOException {
            if (!FileHeader.isOurs(name)) {
              super.remove(name);
            }
          }
        };
      }

      @Override
      void readMore(Volume volume, DiskLife life) throws IOException {
        for (String name : volume.list()) {
          if (FileHeader.isOurs(name)) {
            try (BatchReader reader = BatchReader.open(volume, name, 7, Long.MAX_VALUE)) {
              while (reader.next()) {
                reader.records().forEach(life::take);
              }
            } catch (DamagedException e) {
              continue;
            }
          }
        }
      }
    };
  }

  /** Takes what it reads for forced. */
  static Mutant forcesNothingAtTheStart() {
    return new Mutant() {
      @Override
      Recovered recovered(Volume volume, Recovered recovered) throws IOException {
        Manifest manifest = recovered.manifest();
        List<NamedFile> files = new ArrayList<>(manifest.files());
        if (!files.isEmpty()) {
          String newest = files.remove(files.size() - 1).name();
          files.add(new NamedFile(newest, end(volume, newest)));
        }
        return new Recovered(
            manifest.withFiles(manifest.completeness(), manifest.nextNumber(), files),
            recovered.formerName(),
            recovered.leftovers(),
            List.of(),
            recovered.metas(),
            recovered.remark());
      }
    };
  }

  private static long end(Volume volume, String name) throws IOException {
    try (BatchReader reader = BatchReader.open(volume, name, 7, Long.MAX_VALUE)) {
      while (reader.next()) {
        continue;
      }
      return reader.end();
    }
  }

  /** Knows that it is doubtful, and does not write that. */
  static Mutant keepsItsDoubtToItself() {
    return new Mutant() {
      @Override
      Recovered recovered(Volume volume, Recovered recovered) {
        if (recovered.completeness() != Completeness.DOUBTFUL) {
          return recovered;
        }
        Manifest manifest = recovered.manifest();
        return new Recovered(
            manifest.withFiles(Completeness.COMPLETE, manifest.nextNumber(), manifest.files()),
            recovered.formerName(),
            recovered.leftovers(),
            recovered.unforced(),
            recovered.metas(),
            recovered.remark());
      }
    };
  }
}
