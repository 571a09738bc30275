import Kernel

/// An exercise as it was transmitted: its facts, rules, choices and result. Nothing learned later moves it.
struct FrozenYear: Sendable {
    /// Day at which it was looked at.
    let day: CivilDate
    let facts: YearFacts
    /// The rules, whole.
    let rules: JSONValue
    let isOwnRules: Bool
    let leftOut: Set<AciIndicatorID>
    let amountCents: Int
    let advanceCents: Int
    /// By what the payer knew the MSP and its contract that day; nil where it was not kept.
    let contract: DossierContract?

    init(_ outlook: YearOutlook, isOwnRules: Bool, contract: DossierContract? = nil) {
        self.contract = contract
        day = outlook.day
        facts = outlook.facts
        rules = outlook.rules.document
        self.isOwnRules = isOwnRules
        leftOut = outlook.leftOut
        amountCents = outlook.today.amountCents
        advanceCents = outlook.today.advanceCents
    }

    /// The exercise computed again from what was kept; nil when the document cannot be read.
    func outlook() throws(DocumentRefusal) -> YearOutlook {
        try YearOutlook(facts, rules: try RuleSet(json: rules, isOwn: isOwnRules), day: day, leftOut: leftOut)
    }

    /// What the exercise would be worth with what was learned since.
    func amount(with corrections: [YearCorrection]) throws(DocumentRefusal) -> Int {
        var input = facts.input(on: day)
        for correction in corrections { input[correction.fact] = correction.after }
        return try Simulation(input, try RuleSet(json: rules, isOwn: isOwnRules)).amountCents
    }
}

/// Something learned of an exercise after its transmission.
struct YearCorrection: Sendable {
    let fact: Fact
    let before: Int
    let after: Int
    let reason: String
    let at: Instant
    let by: String

    /// What can be corrected: every counted fact of the calculation.
    static let facts = Fact.allCases
    static let list = CodeList("ACI_CORRECTION", facts.map { ($0.path, $0.label.firstCapital) })

    /// « Patientèle médecin traitant : 6 900 → 7 100 ».
    var change: String {
        "\(fact.label.firstCapital)\u{A0}: \(YearFacts.words(fact, before)) → \(YearFacts.words(fact, after))"
    }
}

// MARK: As a document

extension FrozenYear {
    var json: JSONValue {
        .object([
            ("format", .integer(2)), ("day", .string(day.description)), ("facts", facts.json), ("own_rules", .bool(isOwnRules)),
            ("left_out", .array(leftOut.map(\.rawValue).sorted().map { .string($0) })), ("amount_cents", .integer(amountCents)),
            ("advance_cents", .integer(advanceCents)), ("contract", contract?.json ?? .null), ("rules", rules),
        ])
    }

    /// Nil for what is no such document.
    init?(_ document: JSONValue) {
        guard let day = document["day"]?.date, let facts = document["facts"].flatMap({ YearFacts($0) }), let rules = document["rules"],
            let amount = document["amount_cents"]?.intValue, let advance = document["advance_cents"]?.intValue
        else { return nil }
        self.day = day
        var kept = facts
        // Before the second format the end of a contract did not shorten its last year, and what was transmitted stays.
        if (document["format"]?.intValue ?? 1) < 2, facts.unpaid == nil { kept.parameters.contractEndsOn = nil }
        self.facts = kept
        self.rules = rules
        isOwnRules = document["own_rules"] == .bool(true)
        leftOut = Set((document["left_out"]?.arrayValue ?? []).compactMap { $0.stringValue.flatMap { AciIndicatorID(rawValue: $0) } })
        amountCents = amount
        advanceCents = advance
        contract = document["contract"].flatMap { DossierContract($0) }
    }
}

extension YearFacts {
    fileprivate var json: JSONValue {
        .object([
            ("exercise", .integer(exercise)), ("parameters", parameters.json), ("sheet_patients", .number(sheetPatients)),
            ("files_counted", .string(filesCounted.rawValue)),
            (
                "team",
                .array(
                    team.members.map { member in
                        .object([
                            ("profession", .string(member.profession)), ("is_associate", .bool(member.isAssociate)),
                            ("joined_on", .string(member.joinedOn.description)), ("left_on", .text(member.leftOn?.description)),
                        ])
                    })
            ),
            (
                "achievements",
                .array(
                    achievements.map { done in
                        .object([
                            ("id", .string(done.id.description)), ("fact", .string(done.fact.path)), ("quantity", .integer(done.quantity)),
                            ("title", .string(done.title)), ("day", .string(done.day.description)),
                        ])
                    })
            ),
            (
                "concertations",
                .array(
                    concertations.map { held in
                        .object([
                            ("id", .string(held.id.description)), ("day", .string(held.day.description)), ("files", .integer(held.files)),
                            ("cases", .texts(held.cases.map(\.description))), ("evidence", .integer(held.evidence)),
                        ])
                    })
            ),
            (
                "declared",
                .array(
                    declared.map { told in
                        .object([
                            ("id", .string(told.id.description)), ("from", .string(told.from.description)),
                            ("to", .string(told.to.description)), ("meetings", .integer(told.meetings)), ("files", .integer(told.files)),
                            ("piece", .string(told.piece)),
                        ])
                    })
            ),
        ])
    }

    fileprivate init?(_ value: JSONValue) {
        guard let exercise = value["exercise"]?.intValue, let parameters = value["parameters"] else { return nil }
        func lines(_ name: String) -> [JSONValue] { value[name]?.arrayValue ?? [] }
        self.init(
            exercise: exercise, parameters: YearParameters(parameters), sheetPatients: value["sheet_patients"]?.intValue,
            team: TeamOverTime(
                members: lines("team").compactMap { line in
                    guard let profession = line["profession"]?.stringValue, let joined = line["joined_on"]?.date else { return nil }
                    return TeamOverTime.Member(
                        profession: profession, isAssociate: line["is_associate"] == .bool(true), joinedOn: joined,
                        leftOn: line["left_on"]?.date)
                }),
            achievements: lines("achievements").compactMap { line in
                guard let id = line["id"]?.identifier, let fact = line["fact"]?.stringValue.flatMap({ Fact.at($0) }),
                    let quantity = line["quantity"]?.intValue, let title = line["title"]?.stringValue, let day = line["day"]?.date
                else { return nil }
                return Achievement(id: id, fact: fact, quantity: quantity, title: title, day: day)
            },
            concertations: lines("concertations").compactMap { line in
                guard let id = line["id"]?.identifier, let day = line["day"]?.date, let files = line["files"]?.intValue,
                    let evidence = line["evidence"]?.intValue
                else { return nil }
                return ConcertationFact(
                    id: id, day: day, files: files, evidence: evidence,
                    cases: (line["cases"]?.arrayValue ?? []).compactMap(\.identifier))
            })
        declared = lines("declared").compactMap { line in
            guard let id = line["id"]?.identifier, let from = line["from"]?.date, let to = line["to"]?.date,
                let meetings = line["meetings"]?.intValue, let files = line["files"]?.intValue, let piece = line["piece"]?.stringValue
            else { return nil }
            return DeclaredConcertations(id: id, from: from, to: to, meetings: meetings, files: files, piece: piece)
        }
        filesCounted =
            value["files_counted"]?.stringValue.flatMap { ConcertationRate.FilesCounted(rawValue: $0) } ?? .discussions
    }
}

extension YearParameters {
    fileprivate var json: JSONValue {
        .object([
            ("patients", .number(patients)), ("professionals", .number(professionals)), ("eligible_patients", .number(eligiblePatients)),
            ("css", .text(css?.description)), ("ame", .text(ame?.description)), ("national_css", .text(nationalCSS?.description)),
            ("national_ame", .text(nationalAME?.description)), ("unscheduled_care", .bool(unscheduledCare)),
            ("weekday_hours", .text(weekdayHours?.description)), ("saturday_morning", .bool(saturdayMorning)),
            ("holiday_closure_weeks", .text(holidayClosureWeeks?.description)),
            ("other_closure_weeks", .text(otherClosureWeeks?.description)), ("on_call_derogation", .bool(onCallDerogation)),
            ("crisis_declared", .bool(crisisDeclared)), ("acquired_on", .text(acquiredOn?.description)),
            ("contract_starts_on", .text(contractStartsOn?.description)), ("contract_ends_on", .text(contractEndsOn?.description)),
            ("health_project_filed_on", .text(healthProjectFiledOn?.description)), ("figures_source", .text(figuresSource)),
            ("figures_as_of", .text(figuresAsOf?.description)),
        ])
    }

    fileprivate init(_ value: JSONValue) {
        self.init()
        func decimal(_ name: String) -> ExactDecimal? { value[name]?.stringValue.flatMap { ExactDecimal($0) } }
        patients = value["patients"]?.intValue
        professionals = value["professionals"]?.intValue
        eligiblePatients = value["eligible_patients"]?.intValue
        (css, ame) = (decimal("css"), decimal("ame"))
        (nationalCSS, nationalAME) = (decimal("national_css"), decimal("national_ame"))
        unscheduledCare = value["unscheduled_care"] == .bool(true)
        weekdayHours = decimal("weekday_hours")
        saturdayMorning = value["saturday_morning"] == .bool(true)
        holidayClosureWeeks = decimal("holiday_closure_weeks")
        otherClosureWeeks = decimal("other_closure_weeks")
        onCallDerogation = value["on_call_derogation"] == .bool(true)
        crisisDeclared = value["crisis_declared"] == .bool(true)
        acquiredOn = value["acquired_on"]?.date
        contractStartsOn = value["contract_starts_on"]?.date
        contractEndsOn = value["contract_ends_on"]?.date
        healthProjectFiledOn = value["health_project_filed_on"]?.date
        figuresSource = value["figures_source"]?.stringValue
        figuresAsOf = value["figures_as_of"]?.date
    }
}

extension JSONValue {
    fileprivate static func number(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }
    fileprivate var date: CivilDate? { stringValue.flatMap { CivilDate($0) } }
    fileprivate var identifier: Identifier? { stringValue.flatMap { Identifier($0) } }
}
