import HTML
import Kernel
import KernelUI

/// The history of one record, from the audit trail: who, when, through what, which fields from what to what.
struct RecordHistory {
    private static let most = 200

    /// One act with its changes in words.
    struct Entry: Sendable {
        let at: LocalTime
        let who: String
        let what: String
        let through: String
        let changes: [(label: String, from: String, to: String)]
        /// What was given with an action, such as a reason.
        let inputs: [(label: String, value: String)]
    }

    private let plan: RecordPlan
    private var record: RecordType { plan.record }

    init(_ plan: RecordPlan) { self.plan = plan }

    /// The entries with the name of who acted, then for each referenced table the names that the changes mention.
    func queries(msp: Identifier, id: Identifier) throws(PostgresError) -> [Query] {
        var queries = [
            Query(
                """
                select e.at, e.action, e.through, d.detail::text,
                    coalesce(d.detail->>'by', (select p.shown_name from kernel.professional p
                        where p.msp_id = $1 and p.account_id = e.actor_id limit 1))
                from kernel.audit_entry e left join kernel.audit_detail d on d.msp_id = $1 and d.seq = e.seq and d.at = e.at
                where e.msp_id = $1 and e.object_type = $3 and e.object_id = $2 and e.outcome = 'done'
                order by e.seq desc limit 200
                """, .id(msp), .id(id), .text(record.id))
        ]
        for (target, paths) in targets {
            queries.append(
                Query(
                    "select \"id\", (" + target.title + ")::text, " + (plan.catalog.ownRows(target) ?? "true") + " from "
                        + (try SQL.identifier(target.table))
                            + """
                             where "msp_id" = $1 and "id" = any(array(
                                select (v.id #>> '{}')::uuid
                                from kernel.audit_entry e join kernel.audit_detail d on d.msp_id = $1 and d.seq = e.seq and d.at = e.at
                                cross join unnest($4::text[]) f(path)
                                cross join lateral jsonb_path_query(d.detail, f.path::jsonpath) v(id)
                                where e.msp_id = $1 and e.object_type = $3 and e.object_id = $2 and jsonb_typeof(v.id) = 'string'))
                            """, .id(msp), .id(id), .text(record.id), .texts(paths)))
        }
        return queries
    }

    /// Referenced tables, each once, with the places in an entry's detail where something of it is named.
    private var targets: [(ReferenceTarget, [String])] {
        var targets: [(ReferenceTarget, [String])] = []
        func add(_ field: RecordField, _ paths: [String]) {
            guard let target = field.target else { return }
            if let place = targets.firstIndex(where: { $0.0.table == target.table && $0.0.title == target.title }) {
                targets[place].1 += paths
            } else {
                targets.append((target, paths))
            }
        }
        for field in record.fields { add(field, ["$.changes.\"\(field.name)\"[*]" + (field.isMany ? "[*]" : "")]) }
        for lines in record.lines {
            for field in lines.fields where !field.isDerived {
                let line = "$.changes.\"\(lines.name)\"[*]"
                add(field, ["\(line).fields.\"\(field.name)\"[*]"] + (lines.columns.first == field.name ? ["\(line).title"] : []))
            }
        }
        return targets
    }

    /// The results of `queries` in words; what a change points to is named to who may read it.
    func entries(_ results: [ResultSet], for access: Access) throws -> [Entry] {
        let zone = access.msp.timeZone
        var names: [Identifier: String] = [:]
        for ((target, _), rows) in zip(targets, results.dropFirst()) where plan.catalog.mayRead(target, access) {
            let isBound = plan.catalog.binds(target, access)
            for row in rows where try !isBound || row[2] as Bool { names[try row[0]] = try row[1] as String }
        }
        guard let rows = results.first else { return [] }
        return try rows.map { row in
            let action: String = try row[1]
            let through: String = try row[2]
            let detail: JSONValue? = try (row[3] as String?).map { try JSONValue.parse($0) }
            let who: String? = try row[4]
            return Entry(
                at: LocalTime(try row[0], zone: zone), who: who ?? Self.unnamed(through), what: verb(action),
                through: Self.channel(through),
                changes: changes(detail?["changes"], names, zone),
                inputs: inputs(detail?["input"], action, zone) + sealed(detail?["sealed"]))
        }
    }

    private func verb(_ action: String) -> String {
        let last = action.split(separator: ".").last.map(String.init) ?? action
        switch last {
        case "create": return "Création"
        case "update": return "Modification"
        case "archive": return "Archivage"
        case "restore": return "Rétablissement"
        default:
            return record.actions.first { $0.id == last }?.label ?? record.verbs[last]
                ?? record.lines.lazy.compactMap { $0.verbs[last] }.first ?? "Autre action (\(last.replacing("_", with: " ")))"
        }
    }

    private static func channel(_ code: String) -> String {
        switch code {
        case "screen": "à l’écran"
        case "api": "par l’API"
        case "link": "par un lien personnel"
        case "import": "par un import"
        default: "tâche automatique"
        }
    }

    private static func unnamed(_ through: String) -> String {
        through == "job" ? "Collectif" : through == "link" ? "Lien personnel" : "Une personne de la structure"
    }

    private func changes(_ json: JSONValue?, _ names: [Identifier: String], _ zone: String) -> [(label: String, from: String, to: String)] {
        (json?.objectValue ?? []).flatMap { name, change -> [(label: String, from: String, to: String)] in
            if let lines = record.lines.first(where: { $0.name == name }) {
                return LineTrail(lines: lines, zone: zone, names: names).changes(change)
            }
            guard let field = record.field(name), let values = change.arrayValue, values.count == 2 else { return [] }
            return [(field.label, text(values[0], field, names, zone), text(values[1], field, names, zone))]
        }
    }

    private func inputs(_ json: JSONValue?, _ action: String, _ zone: String) -> [(label: String, value: String)] {
        let fields = record.actions.first { action == "\(record.id).\($0.id)" }?.fields ?? []
        return (json?.objectValue ?? []).compactMap { name, value in
            fields.first { $0.name == name }.map { ($0.label, text(value, $0, [:], zone)) }
        }
    }

    /// The paper that the act sealed, with the digest of its file.
    private func sealed(_ json: JSONValue?) -> [(label: String, value: String)] {
        guard let json, let paper = json["paper"]?.stringValue.flatMap(record.paper), let digest = json["sha256"]?.stringValue else {
            return []
        }
        let version = json["version"]?.intValue.map { ", version \($0)" } ?? ""
        return [("\(paper.title)\(version)", "empreinte \(digest)")]
    }

    private func text(_ json: JSONValue, _ field: RecordField, _ names: [Identifier: String], _ zone: String) -> String {
        Self.text(json, field, workflow: record.workflow, title: Self.title(json, field, names), zone: zone)
    }

    /// Name of what a value of the trail points to, where the reader may see it; of several, when all may be seen.
    static func title(_ json: JSONValue, _ field: RecordField, _ names: [Identifier: String]) -> String? {
        switch FieldJSON.value(json, field.kind) {
        case .success(.id(let id)): return names[id]
        case .success(.ids(let ids)):
            let known = ids.compactMap { names[$0] }
            return known.count == ids.count ? known.joined(separator: ", ") : nil
        default: return nil
        }
    }

    /// A value of the trail as the screens show it.
    /// - Parameter title: name of what the value points to, for whoever may read it.
    static func text(_ json: JSONValue, _ field: RecordField, workflow: Workflow?, title: String?, zone: String) -> String {
        var value = FieldValue.null
        switch (field.kind, json) {
        // The trail holds cents, the API an amount.
        case (.money, .integer(let cents)): value = .integer(cents)
        default: if case .success(let read) = FieldJSON.value(json, field.kind) { value = read }
        }
        return FieldText.shown(value, field, workflow: workflow, zone: zone, title: title) ?? "—"
    }

    /// The entries, the latest first.
    func draw(_ entries: [Entry], _ h: HTMLWriter) {
        guard !entries.isEmpty else { return h.empty("Aucun changement n’est encore enregistré.") }
        h.ol(.class("timeline")) {
            for entry in entries {
                h.li(.class("timeline__item")) {
                    h.span(.class("timeline__when"), text: "\(French.longDateTime(entry.at).firstCapital), \(entry.through)")
                    h.strong(text: entry.what)
                    h.text(" · \(entry.who)")
                    if !entry.changes.isEmpty || !entry.inputs.isEmpty {
                        h.dl(.class("dl", "small")) {
                            for change in entry.changes {
                                h.dt(text: change.label)
                                h.dd(text: "\(change.from) → \(change.to)")
                            }
                            for input in entry.inputs {
                                h.dt(text: input.label)
                                h.dd(text: input.value)
                            }
                        }
                    }
                }
            }
        }
        if entries.count == Self.most { h.p(.class("small", "soft"), text: "Les \(Self.most) derniers changements sont montrés.") }
    }
}
