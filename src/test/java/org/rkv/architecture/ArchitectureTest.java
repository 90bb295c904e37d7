package org.rkv.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** The arrows between the packages, as contributing.md draws them. */
@AnalyzeClasses(packages = "org.rkv", importOptions = ArchitectureTest.WithoutTests.class)
class ArchitectureTest {
  private static final String[] DETERMINISTIC = {
    "org.rkv.replica.core",
    "org.rkv.replica.epoch",
    "org.rkv.replica.observe",
    "org.rkv.replica.peer",
    "org.rkv.store",
    "org.rkv.rpc"
  };

  @ArchTest
  static final ArchRule packagesShouldUseOnlyWhatIsBelowThem =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("org.rkv..")
          .layer("net")
          .definedBy("org.rkv.net")
          .layer("oncrpc")
          .definedBy("org.rkv.oncrpc")
          .layer("blocking")
          .definedBy("org.rkv.oncrpc.blocking")
          .layer("rpc")
          .definedBy("org.rkv.rpc")
          .layer("protocol")
          .definedBy("org.rkv.protocol")
          .layer("portmap")
          .definedBy("org.rkv.portmap")
          .layer("store")
          .definedBy("org.rkv.store")
          .layer("disk")
          .definedBy("org.rkv.disk")
          .layer("access")
          .definedBy("org.rkv.access")
          .layer("epoch")
          .definedBy("org.rkv.replica.epoch")
          .layer("http")
          .definedBy("org.rkv.http")
          .layer("page")
          .definedBy("org.rkv.replica.page")
          .layer("metrics")
          .definedBy("org.rkv.replica.metrics")
          .layer("observe")
          .definedBy("org.rkv.replica.observe")
          .layer("peer")
          .definedBy("org.rkv.replica.peer")
          .layer("core")
          .definedBy("org.rkv.replica.core")
          .layer("data")
          .definedBy("org.rkv.replica.data")
          .layer("replica")
          .definedBy("org.rkv.replica")
          .layer("client")
          .definedBy("org.rkv.client")
          .layer("bench")
          .definedBy("org.rkv.bench")
          .layer("cli")
          .definedBy("org.rkv.cli")
          .layer("control")
          .definedBy("org.rkv.control")
          .layer("manual")
          .definedBy("org.rkv.manual")
          .whereLayer("net")
          .mayNotAccessAnyLayer()
          .whereLayer("store")
          .mayNotAccessAnyLayer()
          .whereLayer("rpc")
          .mayNotAccessAnyLayer()
          .whereLayer("oncrpc")
          .mayOnlyAccessLayers("net")
          .whereLayer("blocking")
          .mayOnlyAccessLayers("net", "oncrpc")
          .whereLayer("protocol")
          .mayOnlyAccessLayers("blocking", "oncrpc", "rpc")
          .whereLayer("portmap")
          .mayOnlyAccessLayers("net", "oncrpc", "blocking")
          .whereLayer("disk")
          .mayOnlyAccessLayers("net", "store")
          .whereLayer("access")
          .mayOnlyAccessLayers("net", "oncrpc", "protocol")
          .whereLayer("epoch")
          .mayNotAccessAnyLayer()
          .whereLayer("http")
          .mayOnlyAccessLayers("net")
          .whereLayer("page")
          .mayOnlyAccessLayers("net", "http", "rpc", "observe", "metrics")
          .whereLayer("metrics")
          .mayOnlyAccessLayers("protocol", "rpc", "observe")
          .whereLayer("observe")
          .mayNotAccessAnyLayer()
          .whereLayer("peer")
          .mayOnlyAccessLayers("net", "oncrpc", "protocol", "rpc", "store", "epoch", "observe")
          .whereLayer("core")
          .mayOnlyAccessLayers(
              "net", "oncrpc", "protocol", "rpc", "store", "epoch", "observe", "peer")
          .whereLayer("data")
          .mayOnlyAccessLayers(
              "net", "oncrpc", "rpc", "store", "disk", "epoch", "observe", "peer", "core")
          .whereLayer("replica")
          .mayOnlyAccessLayers(
              "net",
              "oncrpc",
              "blocking",
              "protocol",
              "rpc",
              "portmap",
              "access",
              "store",
              "epoch",
              "observe",
              "metrics",
              "page",
              "http",
              "peer",
              "core",
              "disk",
              "data")
          .whereLayer("client")
          .mayOnlyAccessLayers("net", "oncrpc", "blocking", "protocol", "rpc", "portmap")
          .whereLayer("bench")
          .mayOnlyAccessLayers("net", "oncrpc", "protocol", "rpc", "client")
          .whereLayer("cli")
          .mayOnlyAccessLayers(
              "oncrpc", "blocking", "protocol", "rpc", "portmap", "client", "bench")
          .whereLayer("control")
          .mayOnlyAccessLayers("oncrpc", "blocking", "protocol", "rpc", "store", "replica")
          .whereLayer("manual")
          .mayOnlyAccessLayers("cli", "bench", "replica");

  @ArchTest
  static final ArchRule packagesShouldNotGoInCircles =
      slices().matching("org.rkv.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule classesOfAPackageShouldNotGoInCircles =
      slices()
          .assignedFrom(
              new TopLevelClasses(
                  "org.rkv.access",
                  "org.rkv.net",
                  "org.rkv.oncrpc",
                  "org.rkv.oncrpc.blocking",
                  "org.rkv.store",
                  "org.rkv.disk",
                  "org.rkv.replica",
                  "org.rkv.replica.core",
                  "org.rkv.replica.data",
                  "org.rkv.replica.epoch",
                  "org.rkv.replica.observe",
                  "org.rkv.replica.metrics",
                  "org.rkv.replica.page",
                  "org.rkv.http",
                  "org.rkv.replica.peer",
                  "org.rkv.client",
                  "org.rkv.bench",
                  "org.rkv.portmap",
                  "org.rkv.control",
                  "org.rkv.manual"))
          .should()
          .beFreeOfCycles();

  /** So a simulator can drive them, and the same calls, answers and times lead to the same. */
  @ArchTest
  static final ArchRule theCoreShouldSeeNoSocketNoThreadAndNoClock =
      noClasses()
          .that(resideInAnyPackage(DETERMINISTIC).and(isNotGenerated()))
          .should()
          .dependOnClassesThat(
              nameMatching("java\\.net\\.(.*Socket|.*Channel|NetworkInterface)")
                  .or(nameMatching("java\\.nio\\.channels\\..*"))
                  .or(nameMatching("java\\.lang\\.(Thread|ThreadLocal|ProcessHandle|Runtime)"))
                  .or(nameMatching("java\\.util\\.concurrent\\.(?!TimeUnit$).*"))
                  .or(nameMatching("java\\.util\\.(Timer|Random|Date|Calendar)"))
                  .or(nameMatching("java\\.time\\..*"))
                  .or(nameMatching("org\\.rkv\\.net\\.(EventLoop|Tcp.*|Udp.*)")))
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  /** What a program compiles against must stay as it is; what carries the calls need not. */
  @ArchTest
  static final ArchRule theInterfaceOfTheLibraryShouldShowNothingElse =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .resideInAPackage("org.rkv.client")
          .and()
          .areDeclaredInClassesThat()
          .arePublic()
          .should()
          .notHaveRawReturnType(isOfNoUseToPrograms())
          .andShould()
          .notHaveRawParameterTypes(anyElementThat(isOfNoUseToPrograms()));

  @ArchTest
  static final ArchRule theStoreShouldKnowNothingOfRpc =
      noClasses()
          .that()
          .resideInAPackage("org.rkv.store")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.acplt..", "org.rkv.rpc", "org.slf4j..");

  @ArchTest
  static final ArchRule theNetShouldKnowNothingOfRpc =
      classes()
          .that()
          .resideInAPackage("org.rkv.net")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "org.slf4j..", "org.rkv.net");

  private static DescribedPredicate<JavaClass> isOfNoUseToPrograms() {
    return resideInAnyPackage("org.acplt..", "org.rkv..")
        .and(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("org.rkv.client")));
  }

  private static DescribedPredicate<JavaClass> isNotGenerated() {
    return DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("org.rkv.rpc"));
  }

  /** Also where the build has another folder than target: ArchUnit's own option knows only that. */
  static final class WithoutTests implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  /** Each top-level class with all that is nested in it is one. */
  private record TopLevelClasses(String... packages) implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
      for (String each : packages) {
        if (javaClass.getPackageName().equals(each)) {
          return SliceIdentifier.of(javaClass.getName().replaceAll("\\$.*", ""));
        }
      }
      return SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "top-level classes";
    }
  }
}
