import Foundation
public import Kernel
import KernelUI

/// A module that uses every extension point once; only tests build it. It is also the example of the authors' guide.
public struct ReferenceModule: MissionModule {
    public static let manifest = ModuleManifest(
        id: "reference", path: "reference", label: "Référence", summary: "Module de vérification.", version: "1.0.0",
        stability: .experimental,
        enhances: ["facilitation"], settings: [SettingDeclaration("greeting", default: "Bonjour")], weight: 900)

    private let greeting: String
    private let migrations: [Migration]

    public init(host: ModuleHost) throws(ModuleSetupError) {
        greeting = host.settings["greeting"] ?? ""
        migrations = try Migration.files(in: .module)
    }

    static let noted = Event(
        "reference.note_done", summary: "A note was done.",
        Shape<Noted>.object(isOpen: true, ShapeMember("note", .id) { $0.note }, make: { Noted(note: $0) }),
        sample: Noted(note: .derived(from: "sample.1")))

    struct Noted {
        let note: Identifier
    }

    public func contributions() -> ModuleContributions {
        var given = ModuleContributions()
        given.migrations = migrations
        given.permissions = [
            Permission("reference.note.read", label: "Lire les notes", roles: [.coordinator, .manager, .professional]),
            Permission("reference.note.write", label: "Écrire les notes", roles: [.coordinator]),
            Permission("reference.note.print", label: "Imprimer les notes", roles: [.coordinator]),
        ]
        given.permissions += SituationRecord.permissions + EntryRecord.permissions
        given.records = [NoteRecord.type, ConventionRecord.record, CharterRecord.record, SituationRecord.type, EntryRecord.type]
        given.pages = [greetingPage]
        given.endpoints = [countEndpoint]
        given.openEndpoints = [upperCase]
        given.linkPages = [openLink]
        given.navigation = [
            NavigationItem("Notes", path: "notes", permission: "reference.note.read", weight: 10),
            NavigationItem("Conventions", path: "conventions", permission: "reference.note.read", weight: 20),
            NavigationItem("Charte", path: "charte", permission: "reference.note.read", weight: 30),
        ]
        given.events = [Self.noted.type]
        given.handlers = [hearing]
        given.evidenceKinds = [EvidenceKind("reference.note", label: "Note")]
        given.indicators = [noteCount]
        given.today = [undated]
        given.searches = [
            SearchSource(permission: "reference.note.read", label: "Étapes") { msp, words in
                Query(
                    """
                    select title, '', 'reference/notes/' || note_id from reference.note_step
                    where msp_id = $1 and kernel.fold(title) like '%' || kernel.fold($2) || '%' order by title, id limit 8
                    """, .id(msp), .text(words))
            }
        ]
        given.slots = [meetingSlot]
        given.jobs = [
            Job("reference.sweep", everySeconds: 3_600) { unit in
                unit.enqueue(Query("delete from reference.note where msp_id = $1 and false", .id(unit.msp)))
            }
        ]
        given.healthChecks = [HealthCheck("reference", kind: .diagnostic) { _ in nil }]
        given.demo = [
            DemoScenario("reference.note") { msp, unit in
                unit.enqueue(
                    Query(
                        "insert into reference.note (msp_id, id, title) values ($1, $2, 'Note de démonstration') on conflict do nothing",
                        .id(msp.id), .id(.derived(from: "demo.reference.\(msp.key)"))))
            }
        ]
        given.commands = [
            ModuleCommand(
                ["reference", "greet"], summary: "Greet somebody.",
                options: [ModuleCommand.Option("name", "NAME", required: true, summary: "Who is greeted.")]
            ) { [greeting] input in
                guard let name = input.texts["name"], name != "?" else { return .refused("Indiquez un nom.") }
                return .lines(["\(greeting) \(name)"])
            }
        ]
        return given
    }

    /// Open to anybody: a pure function of the body.
    private var upperCase: OpenEndpoint {
        let text = JSONValue.object([("type", .string("string"))])
        return OpenEndpoint(
            .post, "reference/capitals", summary: "The same text in capitals.", requestSchema: text, responseSchema: text
        ) { request in
            guard let text = request.json?.stringValue else { throw Refusal.invalid("", "Envoyez un texte.") }
            return .json { $0.string(text.uppercased()) }
        }
    }

    private var greetingPage: PageRoute {
        let greeting = greeting
        return PageRoute(.get, "bonjour", permission: "reference.note.read") { request in
            let reading = try await request.read(Query("select count(*) from reference.note where msp_id = $1", .id(request.msp.id)))
            let count: Int = try reading.results[0][0][0]
            return .page(Page(access: reading.access, title: greeting) { h in h.p(text: French.plural(count, "note", "notes")) })
        }
    }

    private var countEndpoint: EndpointRoute {
        EndpointRoute(
            .get, "note-count", permission: "reference.note.read", summary: "Number of notes.",
            responseSchema: .object([
                ("type", .string("object")), ("required", .array([.string("count")])),
                ("properties", .object([("count", .object([("type", .string("integer"))]))])), ("additionalProperties", .bool(false)),
            ])
        ) { request in
            let reading = try await request.read(Query("select count(*) from reference.note where msp_id = $1", .id(request.msp.id)))
            let count: Int = try reading.results[0][0][0]
            return APIResponse.json { json in json.object { json.member("count", count) } }
        }
    }

    private var openLink: LinkRoute {
        LinkRoute(.get, purpose: "note") { request in
            let reading = try await request.read(
                Query("select title from reference.note where msp_id = $1 and id = $2", .id(request.msp.id), .id(request.subject)))
            guard let row = reading.results[0].first else { throw Refusal.notFound }
            let title: String = try row[0]
            return .bare(BarePage(title: title) { h in h.h1(text: title) })
        }
    }

    private var hearing: EventHandler {
        EventHandler(Self.noted, name: "reference.hear") { noted, _, unit in
            unit.enqueue(Query("update reference.note set heard = heard + 1 where msp_id = $1 and id = $2", .id(unit.msp), .id(noted.note)))
        }
    }

    private var noteCount: Indicator {
        Indicator(
            "X_NOTES", label: "Notes", unit: "notes", definition: "Nombre de notes créées dans la période.", disclosure: .internalOnly,
            permission: "reference.note.read"
        ) { msp, from, to in
            Query(
                "select count(*), null from reference.note where msp_id = $1 and created_at >= $2 and created_at < $3", .id(msp),
                .instant(from),
                .instant(to))
        }
    }

    /// Lines that are no deadline of a record: notes without a date.
    private var undated: TodaySource {
        TodaySource("reference.undated", permission: "reference.note.read") { msp, _ in
            [
                Query(
                    "select id, title, created_at from reference.note where msp_id = $1 and state = 'DRAFT' and due_on is null limit 20",
                    .id(msp))
            ]
        } items: { results, msp, _ in
            try results[0].map { row in
                let id: Identifier = try row[0]
                return TodayItem(
                    column: .missing, title: try row[1], detail: "Note sans date", day: LocalTime(try row[2], zone: msp.timeZone).date,
                    href: "/m/\(msp.slug)/reference/notes/\(id)")
            }
        }
    }

    private var meetingSlot: SlotContribution {
        SlotContribution(slot: "facilitation.meeting.side", permission: "reference.note.read") { msp, _ in
            Read(Query("select count(*) from reference.note where msp_id = $1", .id(msp))) { try $0.scalar(as: Int.self) }
        } render: { count, _, h in
            h.p(text: French.plural(count, "note", "notes"))
        }
    }
}
