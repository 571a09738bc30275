import Kernel
import KernelRuntime
import Logging
import Testing

/// A module with as many faults as possible.
private struct BrokenModule: MissionModule {
    static let manifest = ModuleManifest(
        id: "Broken-Module", path: "casse", label: "Cassé", summary: "Tout est faux.", version: "0", stability: .experimental,
        kernel: 7...9,
        requires: ["absent"], settings: [], weight: 1)

    init(host: ModuleHost) {}

    func contributions() -> ModuleContributions {
        var given = ModuleContributions()
        given.permissions = [
            Permission("other.thing.read", label: "Lire", roles: [.manager]), Permission("other.thing.read", label: "Lire", roles: []),
        ]
        given.pages = [PageRoute(.get, "page", permission: "nobody.declared.this") { _ in throw Refusal.notFound }]
        given.linkPages = [LinkRoute(.get, purpose: "Clé") { _ in throw Refusal.notFound }]
        given.migrations = [Migration(name: "first", sql: "select 1")]
        given.openEndpoints = ["me/tokens", "msps", "auth/x", "aci/:id", "a//b"].map { path in
            OpenEndpoint(.put, path, summary: "", responseSchema: .null) { _ in throw Refusal.notFound }
        }
        given.commands = [
            ModuleCommand(["serve", "x"], summary: "") { _ in .answer([]) }, ModuleCommand([], summary: "") { _ in .answer([]) },
            ModuleCommand(["a", "B"], summary: "", options: [.init("help", "X", summary: ""), .init("help", "X", summary: "")]) { _ in
                .answer([])
            },
        ]
        return given
    }
}

/// Two modules that want the same public names: one more is made by `Second`.
private struct FirstModule: MissionModule {
    static let manifest = ModuleManifest(
        id: "first", path: "un", label: "Un", summary: "Un.", version: "0", stability: .experimental, weight: 1)

    init(host: ModuleHost) {}

    func contributions() -> ModuleContributions { Self.names("list", "lists") }

    static func names(_ word: String, _ segment: String) -> ModuleContributions {
        var given = ModuleContributions()
        given.openEndpoints = [OpenEndpoint(.get, "shared/\(segment)", summary: "", responseSchema: .null) { _ in throw Refusal.notFound }]
        given.commands = [ModuleCommand(["shared", word], summary: "") { _ in .answer([]) }]
        return given
    }
}

private struct SecondModule: MissionModule {
    static let manifest = ModuleManifest(
        id: "second", path: "deux", label: "Deux", summary: "Deux.", version: "0", stability: .experimental, weight: 2)

    init(host: ModuleHost) {}

    func contributions() -> ModuleContributions { FirstModule.names("show", "shows") }
}

/// A module whose configuration lacks a required key.
private struct UnsetModule: MissionModule {
    static let manifest = ModuleManifest(
        id: "unset", path: "vide", label: "Vide", summary: "Sans réglage.", version: "0", stability: .experimental,
        settings: [SettingDeclaration("key", default: nil, isSecret: true)], weight: 1)

    init(host: ModuleHost) {}

    func contributions() -> ModuleContributions { ModuleContributions() }
}

/// A module whose record has lines that are declared wrongly.
private struct TangledModule: MissionModule {
    static let manifest = ModuleManifest(
        id: "tangled", path: "emmele", label: "Emmêlé", summary: "Des lignes fausses.", version: "0", stability: .experimental, weight: 3)

    init(host: ModuleHost) {}

    func contributions() -> ModuleContributions {
        var given = ModuleContributions()
        given.permissions = [Permission("tangled.thing.read", label: "Lire", roles: [.manager])]
        given.records = [Self.record(lines: [Self.lines])]
        return given
    }

    static func record(lines: [Lines]) -> RecordType {
        RecordType(
            id: "tangled.thing", table: "tangled.thing",
            words: RecordWords("chose", "choses", isFeminine: true, purpose: "Des choses à vérifier."), path: "choses", apiPath: "things",
            fields: [RecordField("title", .text(max: 10), label: "Nom"), RecordField("parts", .text(max: 10), label: "Parties")],
            titleField: "title", columns: ["title"], search: [], order: RecordOrder("title"),
            permissions: RecordPermissions(read: "tangled.thing.read", create: nil, update: nil, archive: nil),
            actions: [
                RecordAction("sort", label: "Trier", path: "parties", apiPath: "parts", permission: "tangled.thing.read") { _, _ in
                    ActionOutcome("")
                }
            ], lines: lines)
    }

    static let lines = Lines(
        "parts", one: "part", table: "elsewhere.part", parent: "thing_id",
        words: RecordWords("partie", "parties", isFeminine: true, purpose: "Aucune partie."), path: "parties",
        fields: [RecordField("id", .text(max: 10), label: "Nom")], columns: ["absent"], order: .by("nothing"),
        write: "nobody.declared.lines", during: ["NEVER"], uniqueBy: ["missing"])
}

/// A module whose references and row rule name what nobody declares.
private struct StrayModule: MissionModule {
    static let manifest = ModuleManifest(
        id: "stray", path: "egare", label: "Égaré", summary: "Des renvois faux.", version: "0", stability: .experimental, weight: 4)

    init(host: ModuleHost) {}

    func contributions() -> ModuleContributions {
        var given = ModuleContributions()
        given.permissions = [Permission("stray.thing.read", label: "Lire", roles: [.manager])]
        given.records = [
            Self.record(
                "thing",
                [
                    RecordField("nowhere", .reference(Self.target("stray.absent")), label: "A"),
                    RecordField("aside", .reference(ReferenceTarget(record: "stray.own", table: "kernel.room", title: "name")), label: "B"),
                    RecordField("loose", .reference(.task.within("title is not null")), label: "C"),
                    RecordField(
                        "under",
                        .reference(
                            ReferenceTarget(
                                "parts", under: "stray.absent", table: "stray.part", title: "x", reading: "stray.thing.read",
                                within: "thing_id = $2")), label: "D"),
                    RecordField(
                        "foreign",
                        .reference(
                            ReferenceTarget(
                                "parts", under: "stray.thing", table: "kernel.account", title: "email", reading: "stray.thing.read",
                                within: "id = $2")), label: "E"),
                    RecordField("hidden", .reference(Self.target("stray.own")), label: "F"),
                    RecordField("many", .references(Self.target("stray.own")), label: "G"),
                ], search: ["hidden"], reading: .members(of: "nobody")),
            Self.record("own", [], reading: .own("title", unless: "nobody.declared.rows")),
        ]
        return given
    }

    static func target(_ record: String) -> ReferenceTarget { ReferenceTarget(record: record, table: record, title: "title") }

    static func record(_ name: String, _ fields: [RecordField], search: [String] = [], reading: RowRule) -> RecordType {
        RecordType(
            id: "stray.\(name)", table: "stray.\(name)",
            words: RecordWords("chose", "choses", isFeminine: true, purpose: "Des choses à vérifier."), path: "\(name)s",
            apiPath: "\(name)s",
            fields: [RecordField("title", .text(max: 10), label: "Nom")] + fields, titleField: "title", columns: ["title"], search: search,
            order: RecordOrder("title"), permissions: RecordPermissions(read: "stray.thing.read", create: nil, update: nil, archive: nil),
            reading: reading)
    }
}

@Suite("Boot checks")
struct BootCheckTests {
    @Test("all faults are listed in one error, each naming its owner")
    func allFaultsAtOnce() throws {
        do {
            _ = try ModuleRegistry([BrokenModule.self, UnsetModule.self], environment: [:], logger: Logger(label: "test"))
            Issue.record("The broken module was accepted.")
        } catch {
            let text = error.description
            for expected in [
                "lower_snake", "kernel contract", "requires the module absent", "other.thing.read is claimed 2 times", "must start with",
                "nobody.declared.this", "YYYYMMDDHHMMSS", "the link purpose « Clé »", "COLLECTIF_UNSET_KEY",
                "« me/tokens » begins with a segment that the kernel uses", "« msps » begins", "« auth/x » begins",
                "« aci/:id » must be segments", "« a//b » must be segments", "« aci/:id » answers GET or POST",
                "« serve x » begins with a word that is a command of the kernel", "the command «  » must be words", "« a B » must be words",
                "« a B » has an option with a name that cannot be used", "« a B » has an option twice",
            ] { #expect(text.contains(expected), "missing: \(expected)\n\(text)") }
        }
    }

    @Test("lines under a record are checked like the record: names, columns, order, states, permission, schema, addresses")
    func lines() throws {
        do {
            _ = try ModuleRegistry([TangledModule.self], environment: [:], logger: Logger(label: "test"))
            Issue.record("The tangled lines were accepted.")
        } catch {
            let text = error.description
            for expected in [
                "the table elsewhere.part of tangled.thing lies outside", "lines tangled.thing.parts needs nobody.declared.lines",
                "lines parts: a field of the record has their name", "lines parts: their column absent is not declared",
                "lines parts: their key field missing is not declared", "lines parts: their order field nothing is not declared",
                "lines parts: they change in the unknown state NEVER", "lines parts: the field name id is reserved",
                "lines parts: their path parties is an act of the record", "lines parts: their API path parts is an act of the record",
            ] { #expect(text.contains(expected), "missing: \(expected)\n\(text)") }
        }
        // The positive twin: the reference module, in every other test of this target.
    }

    @Test("references and row rules name what is declared")
    func references() throws {
        do {
            _ = try ModuleRegistry([StrayModule.self], environment: [:], logger: Logger(label: "test"))
            Issue.record("The stray references were accepted.")
        } catch {
            let text = error.description
            for expected in [
                "nowhere of stray.thing points to stray.absent, which no module declares",
                "aside of stray.thing points to stray.own in kernel.room, whose table is stray.own",
                "loose of stray.thing points to core.task within a condition that does not name the record acted on",
                "under of stray.thing points to stray.absent.parts, rows under stray.absent, which no module declares",
                "foreign of stray.thing points to stray.thing.parts in kernel.account, outside the schema",
                "many of stray.thing points to several of stray.own, whose rows not everybody sees",
                "many of stray.thing keeps several references in no table",
                "record stray.thing: its rows are seen by members of nobody",
                "record stray.thing: it is searched or ordered by hidden, whose rows not everybody sees",
                "record stray.own: its rows are those of title, which points to nobody of the team",
                "rows of stray.own needs nobody.declared.rows",
            ] { #expect(text.contains(expected), "missing: \(expected)\n\(text)") }
        }
        // The positive twin: the reference module, in every other test of this target.
    }

    @Test("a secret's value never reaches the error")
    func secretsStaySecret() throws {
        do {
            _ = try ModuleRegistry(
                [BrokenModule.self, UnsetModule.self], environment: ["COLLECTIF_UNSET_KEY": "hunter2-value"], logger: Logger(label: "test"))
            Issue.record("The broken module was accepted.")
        } catch {
            #expect(!error.description.contains("hunter2-value"))
        }
    }

    @Test("the first word of a command and the first segment of an open address belong to one module; alone, each module may have them")
    func publicNamesAreShared() throws {
        for types: [any MissionModule.Type] in [[FirstModule.self], [SecondModule.self]] {
            _ = try ModuleRegistry(types, environment: [:], logger: Logger(label: "test"))
        }
        do {
            _ = try ModuleRegistry([FirstModule.self, SecondModule.self], environment: [:], logger: Logger(label: "test"))
            Issue.record("Two modules share a public name.")
        } catch {
            #expect(
                error.faults == [
                    "address /api/v1/shared is claimed 2 times, by first and second.",
                    "first word shared of commands is claimed 2 times, by first and second.",
                ])
        }
    }
}
