import Kernel

/// The ACI year for programs: where it stands, and the documents of one's own rules.
struct YearEndpoints: Sendable {
    let years: AciYears

    var all: [EndpointRoute] { [outlook, readRules, writeRules] }

    private static let anything = JSONValue.object([("type", .string("object"))])
    private static let cents = JSONValue.object([("type", .string("integer"))])
    private static let text = JSONValue.object([("type", .string("string"))])

    private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        .object([
            ("type", .string("object")), ("required", .array(members.map { .string($0.0) })), ("properties", .object(members)),
        ])
    }

    private static func list(_ members: [(String, JSONValue)]) -> JSONValue {
        .object([("type", .string("array")), ("items", object(members))])
    }

    private var outlook: EndpointRoute {
        EndpointRoute(
            .get, "aci-years/:id/outlook", permission: AciPermissions.read,
            summary: "Where an exercise stands: today, on 31 December at the present pace, with everything done, and the next acts.",
            responseSchema: Self.object([
                ("exercise", Self.cents), ("rule_set", Self.text),
                ("as_of", .object([("type", .string("string")), ("format", .string("date"))])), ("today", Self.anything),
                ("at_pace", Self.anything), ("full", Self.object([("points", Self.text), ("amount_cents", Self.cents)])),
                ("indicators", Self.list([("id", Self.text), ("state", Self.text), ("points", Self.text), ("maximum", Self.text)])),
                (
                    "next_acts",
                    Self.list([("act", Self.text), ("points", Self.text), ("stake_cents", Self.cents), ("amount_cents", Self.cents)])
                ),
            ])
        ) { request in
            let view = try await years.view(request, .id(try request.web.id("id")))
            let acts = try years.refusing { () throws(DocumentRefusal) in try view.outlook.today.nextActs() }
            return APIResponse.json { writer in Self.write(view.outlook, acts, writer) }
        }
    }

    private static func write(_ outlook: YearOutlook, _ acts: [NextAct], _ writer: JSONWriter) {
        writer.object {
            writer.member("exercise", outlook.facts.exercise)
            writer.member("rule_set", outlook.rules.id)
            writer.member("as_of", outlook.day.description)
            writer.key("today")
            outlook.today.write(to: writer)
            writer.key("at_pace")
            outlook.atPace.write(to: writer)
            writer.key("full")
            writer.object {
                writer.member("points", outlook.fullPoints.text)
                writer.member("amount_cents", outlook.fullCents)
            }
            writer.key("indicators")
            writer.array {
                for line in outlook.lines {
                    writer.object {
                        writer.member("id", line.indicator.id.rawValue)
                        writer.member("state", line.state.rawValue)
                        writer.member("points", line.points.text)
                        writer.member("maximum", line.maximum.text)
                    }
                }
            }
            writer.key("next_acts")
            writer.array {
                for act in acts {
                    writer.object {
                        writer.member("act", act.words)
                        writer.member("points", act.points.text)
                        writer.member("stake_cents", act.stakeCents)
                        writer.member("amount_cents", act.amountCents)
                    }
                }
            }
        }
    }

    private var readRules: EndpointRoute {
        EndpointRoute(
            .get, "rule-sets/:id/document", permission: AciPermissions.readRules, summary: "The whole document of rules of one's own.",
            responseSchema: Self.anything
        ) { request in
            let reading = try await request.read(
                Query(
                    "select document::text, revision from budget.rule_set where msp_id = $1 and id = $2 and archived_at is null",
                    .id(request.msp.id), .id(try request.web.id("id"))))
            guard let row = reading.results[0].first else { throw Refusal.notFound }
            let text: String = try row[0]
            return APIResponse(headers: [(name: "ETag", value: "\"\(try row[1] as Int)\"")], body: Array(text.utf8))
        }
    }

    private var writeRules: EndpointRoute {
        EndpointRoute(
            .put, "rule-sets/:id/document", permission: AciPermissions.writeRules,
            summary: "Replaces the document of rules of one's own; every fault is told and nothing changes then.",
            requestSchema: Self.anything, responseSchema: Self.anything,
            contract: EndpointContract(
                parameters: [
                    EndpointContract.Parameter(
                        "If-Match", in: .header, schema: Self.text, required: true, summary: "The ETag of the document as it was read.")
                ], otherStatuses: [412, 428])
        ) { request in
            let id = try request.web.id("id")
            guard let tag = request.web.headers["if-match"] else { throw Refusal.preconditionRequired }
            guard let revision = Int(tag.filter { $0 != "\"" }) else { throw Refusal.stale }
            guard let document = request.web.json else { throw Refusal.malformed("body_missing", "Envoyez le document JSON des règles.") }
            try await request.write { unit in try await OwnRules.save(id, revision: revision, { _ in document }, unit) }
            return APIResponse.json { $0.value(document) }
        }
    }
}
