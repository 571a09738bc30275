import Kernel

/// The ACI year for programs: where it stands, and the documents of one's own rules.
struct YearEndpoints: Sendable {
    let years: AciYears

    var all: [EndpointRoute] { [outlook, paper, readRules, writeRules, copyRules] }

    private var outlook: EndpointRoute {
        EndpointRoute(
            .get, "aci-years/:id/outlook", permission: AciPermissions.read,
            summary: "Where an exercise stands: today, on 31 December at the present pace, with everything done, and the next acts.",
            responseSchema: JSONSchema.object([
                ("exercise", JSONSchema.integer), ("rule_set", JSONSchema.text),
                ("as_of", JSONSchema.date), ("today", JSONSchema.anyObject),
                ("at_pace", JSONSchema.anyObject),
                ("full", JSONSchema.object([("points", JSONSchema.text), ("amount_cents", JSONSchema.integer)])),
                (
                    "indicators",
                    JSONSchema.list(
                        JSONSchema.object(["id", "state", "points", "maximum"].map { ($0, JSONSchema.text) }))
                ),
                (
                    "next_acts",
                    JSONSchema.list(
                        JSONSchema.object([
                            ("act", JSONSchema.text), ("points", JSONSchema.text), ("stake_cents", JSONSchema.integer),
                            ("amount_cents", JSONSchema.integer), ("after_prerequisites", JSONSchema.boolean),
                        ]))
                ),
                (
                    "unlock",
                    JSONSchema.optional(
                        JSONSchema.object([("missing", JSONSchema.list(JSONSchema.text)), ("amount_cents", JSONSchema.integer)]))
                ),
                ("rules_standing", JSONSchema.codes(RuleSet.Standing.allCases.map(\.rawValue))),
                ("unpaid_reason", JSONSchema.optional(JSONSchema.text)),
                ("first_year_least_cents", JSONSchema.optional(JSONSchema.integer)),
                ("frozen", JSONSchema.boolean), ("corrected_amount_cents", JSONSchema.optional(JSONSchema.integer)),
                (
                    "corrections",
                    JSONSchema.list(
                        JSONSchema.object([
                            ("fact", JSONSchema.text), ("before", JSONSchema.integer), ("after", JSONSchema.integer),
                            ("reason", JSONSchema.text), ("at", JSONSchema.instant), ("by", JSONSchema.text),
                        ]))
                ),
            ])
        ) { request in
            let view = try await years.view(request, .id(try request.web.id("id")))
            let acts = try years.nextActs(view)
            let unlock = try years.refusing { () throws(DocumentRefusal) in try view.outlook.today.unlock() }
            let corrected = try years.corrected(view.record)
            return APIResponse.json { writer in
                Self.write(view.outlook, acts, writer) {
                    writer.key("unlock")
                    writer.value(unlock.map(Self.json) ?? .null)
                    Self.write(view.record, view.outlook, corrected, writer)
                }
            }
        }
    }

    private static func json(_ unlock: Unlock) -> JSONValue {
        .object([
            ("missing", .array(unlock.missing.map { .string($0.rawValue) })), ("amount_cents", .integer(unlock.amountCents)),
        ])
    }

    /// How far the amounts can be trusted, and what was learned since they were transmitted.
    private static func write(_ record: YearRecord, _ outlook: YearOutlook, _ corrected: Int?, _ writer: JSONWriter) {
        writer.member("rules_standing", outlook.standing.rawValue)
        writer.key("unpaid_reason")
        writer.value(.text(outlook.today.input.unpaid?.sentence))
        writer.key("first_year_least_cents")
        writer.value(outlook.firstYearLeast.map { .integer($0) } ?? .null)
        writer.key("frozen")
        writer.value(.bool(record.frozen != nil))
        writer.key("corrected_amount_cents")
        writer.value(corrected.map { .integer($0) } ?? .null)
        writer.key("corrections")
        writer.value(
            .array(
                record.corrections.map { one in
                    .object([
                        ("fact", .string(one.fact.path)), ("before", .integer(one.before)), ("after", .integer(one.after)),
                        ("reason", .string(one.reason)), ("at", .instant(one.at)), ("by", .string(one.by)),
                    ])
                }))
    }

    private static func write(_ outlook: YearOutlook, _ acts: [NextAct], _ writer: JSONWriter, _ rest: () -> Void) {
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
                        writer.key("after_prerequisites")
                        writer.value(.bool(act.amountCents == 0))
                    }
                }
            }
            rest()
        }
    }

    private var paper: EndpointRoute {
        EndpointRoute(
            .get, "aci-years/:id/paper", permission: AciPermissions.read,
            summary: "The exercise on paper as it was transmitted: the same bytes for ever. Refused before.",
            responseSchema: .object([]), contract: EndpointContract(mediaType: "application/pdf", otherStatuses: [409])
        ) { request in
            let reading = try await request.read(YearPaper.stored(request.msp.id, try request.web.id("id")))
            guard let row = reading.results[0].first else { throw Refusal.notFound }
            guard let file: Identifier = try row[0] else {
                throw Refusal.conflict("no_paper", "Cet exercice n’a pas encore été transmis\u{A0}: son papier est fait ce jour-là.")
            }
            return APIResponse(Download(try await request.file(file)))
        }
    }

    private var readRules: EndpointRoute {
        EndpointRoute(
            .get, "rule-sets/:id/document", permission: AciPermissions.readRules, summary: "The whole document of rules of one's own.",
            responseSchema: JSONSchema.anyObject, contract: .one
        ) { request in
            let reading = try await request.read(
                Query(
                    "select document::text, revision from budget.rule_set where msp_id = $1 and id = $2 and archived_at is null",
                    .id(request.msp.id), .id(try request.web.id("id"))))
            guard let row = reading.results[0].first else { throw Refusal.notFound }
            return try request.web.answer(revision: try row[1]) { Array((try row[0] as String).utf8) }
        }
    }

    private var copyRules: EndpointRoute {
        EndpointRoute(
            .post, "national-rule-sets/:code/copy", permission: AciPermissions.writeRules,
            summary: "Copy national rules, or rules of one's own, by their code for other exercises; the figures are changed afterwards.",
            requestSchema: JSONSchema.object(
                [
                    ("name", JSONSchema.text), ("from", JSONSchema.integer(2017...2100)),
                    ("to", JSONSchema.optional(JSONSchema.integer(2017...2100))),
                ],
                required: ["name", "from"]),
            responseSchema: JSONSchema.object([("id", JSONSchema.id)]), contract: .creation
        ) { request in
            var body = try FaultReader(request.web, names: ["name", "from", "to"])
            let name = body.text("name", most: 160)
            let from = body.integer("from", 2017...2100)
            let to = body.integer("to", 2017...2100, required: false)
            let (_, rules) = try await RuleBookPage(book: years.book).find(request)
            guard body.faults.isEmpty, let name, let from else { throw Refusal.invalid(body.faults) }
            return try await request.writeOnce { unit in
                let id = try await OwnRules.copy(rules, name: name, from: "\(from)", to: to.map { "\($0)" } ?? "", unit)
                let address = "/api/v1/msps/\(unit.msp)/budget/rule-sets/\(id)/document"
                return IndemnitySchema.answer(
                    status: 201, headers: [("Location", address), ("ETag", EntityTag(revision: 1).text)], .object([("id", .id(id))]))
            }
        }
    }

    private var writeRules: EndpointRoute {
        EndpointRoute(
            .put, "rule-sets/:id/document", permission: AciPermissions.writeRules,
            summary: "Replaces the document of rules of one's own; every fault is told and nothing changes then.",
            requestSchema: JSONSchema.anyObject, responseSchema: JSONSchema.anyObject,
            contract: .change
        ) { request in
            let id = try request.web.id("id")
            let expected = try request.web.expectedRevisions()
            let document = try request.web.document()
            return try await request.write { unit in
                let revision = try await OwnRules.save(id, expected: expected, { _ in document }, unit)
                return request.web.answer(revision: revision) { JSONWriter.bytes(document) }
            }
        }
    }
}
