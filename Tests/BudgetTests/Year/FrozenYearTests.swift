import Kernel
import Testing

@testable import Budget

private func day(_ text: String) -> CivilDate { CivilDate(text) ?? CivilDate(daysSinceEpoch: 0) }

/// An exercise with everything that a snapshot must keep.
private func facts(contract: (String, String)? = ("2023-01-01", "2027-12-31")) -> YearFacts {
    var parameters = YearParameters(
        patients: 4_321, eligiblePatients: 300, css: ExactDecimal("8.25"), unscheduledCare: true, weekdayHours: ExactDecimal("11.5"),
        saturdayMorning: true, acquiredOn: day("2025-02-01"), figuresSource: "Relevé", figuresAsOf: day("2025-12-31"))
    parameters.contractStartsOn = contract.map { day($0.0) }
    parameters.contractEndsOn = contract.map { day($0.1) }
    let (once, twice) = (Identifier.make(), Identifier.make())
    return YearFacts(
        exercise: 2025, parameters: parameters, sheetPatients: 4_000,
        team: TeamOverTime(members: [
            TeamOverTime.Member(profession: "GP", isAssociate: true, joinedOn: day("2020-01-01"), leftOn: nil),
            TeamOverTime.Member(profession: "COORDINATOR", isAssociate: false, joinedOn: day("2020-01-01"), leftOn: nil),
            TeamOverTime.Member(profession: "NURSE", isAssociate: true, joinedOn: day("2020-01-01"), leftOn: day("2025-06-30")),
            TeamOverTime.Member(profession: "PHARMACIST", isAssociate: true, joinedOn: day("2020-01-01"), leftOn: nil),
        ]),
        achievements: [
            Achievement(id: .make(), fact: .standardSystem, quantity: 1, title: "Logiciel", day: day("2025-02-01")),
            Achievement(id: .make(), fact: .crisisPlan, quantity: 1, title: "Plan", day: day("2025-03-01")),
        ],
        concertations: [
            ConcertationFact(id: .make(), day: day("2025-04-01"), files: 2, evidence: 4, cases: [once, twice]),
            ConcertationFact(id: .make(), day: day("2025-05-01"), files: 1, evidence: 5, cases: [twice]),
        ])
}

@Suite("A transmitted exercise is kept whole")
struct FrozenYearTests {
    private var rules: RuleSet { get throws { try #require(ACI.book.ruleSet(for: 2025)) } }

    @Test("what was kept computes to the same points, cent and advance, whatever the facts are today")
    func roundTrip() throws {
        let outlook = try YearOutlook(facts(), rules: rules, day: day("2025-12-31"), leftOut: [.quality])
        #expect(outlook.today.amountCents > 0)
        let text = FrozenYear(outlook, isOwnRules: false).json.text
        let kept = try #require(FrozenYear(try JSONValue.parse(text)))
        let again = try kept.outlook()
        #expect(kept.facts.input(on: kept.day) == outlook.today.input)
        #expect(again.today.amountCents == outlook.today.amountCents && again.today.advanceCents == outlook.today.advanceCents)
        #expect(again.today.points == outlook.today.points && again.leftOut == [.quality] && kept.amountCents == outlook.today.amountCents)
        #expect(again.atPace.amountCents == outlook.atPace.amountCents && again.fullCents == outlook.fullCents)
    }

    @Test("a correction says what the exercise would be worth; what was kept stays")
    func corrections() throws {
        let frozen = FrozenYear(try YearOutlook(facts(), rules: rules, day: day("2025-12-31")), isOwnRules: false)
        let more = YearCorrection(
            fact: .patients, before: 4_321, after: 8_642, reason: "Relevé corrigé", at: Instant(microseconds: 0), by: "Claire Martin")
        #expect(try frozen.amount(with: [more]) > frozen.amountCents && frozen.amount(with: []) == frozen.amountCents)
        #expect(more.change.contains("→"))
    }

    @Test("without a contract, before it or after it nothing is paid, and the reason is said")
    func unpaid() throws {
        for (contract, words) in [
            (nil, "Aucun contrat signé"), (("2026-01-01", "2030-12-31"), "commence le"), (("2019-01-01", "2023-12-31"), "a pris fin le"),
        ] as [((String, String)?, String)] {
            let outlook = try YearOutlook(facts(contract: contract), rules: rules, day: day("2025-12-31"))
            #expect(outlook.today.amountCents == 0 && outlook.today.advanceCents == 0 && outlook.fullCents == 0)
            #expect(outlook.today.input.unpaid?.sentence.contains(words) == true)
            #expect(try outlook.nextActs().isEmpty && outlook.today.unlock() == nil)
        }
        #expect(facts().unpaid == nil && facts(contract: ("2025-07-01", "2030-06-30")).unpaid == nil)
    }

    @Test("a first year is a range as long as nobody knows what of it is in proportion")
    func firstYear() throws {
        let half = try YearOutlook(facts(contract: ("2025-07-01", "2030-06-30")), rules: rules, day: day("2025-12-31"))
        let least = try #require(half.firstYearLeast)
        #expect(least > 0 && least < half.today.amountCents)
        #expect(try YearOutlook(facts(), rules: rules, day: day("2025-12-31")).firstYearLeast == nil)
        let all = try RuleSet(json: RuleFigures.changed(rules.document, ["total.proration.scope": "all"]))
        let settled = try YearOutlook(facts(contract: ("2025-07-01", "2030-06-30")), rules: all, day: day("2025-12-31"))
        #expect(settled.firstYearLeast == nil && settled.today.amountCents == least)
    }

    @Test("a last year is a range too; what was transmitted before it was known stays as it was")
    func lastYear() throws {
        let half = try YearOutlook(facts(contract: ("2020-07-01", "2025-06-30")), rules: rules, day: day("2025-12-31"))
        let whole = try YearOutlook(facts(), rules: rules, day: day("2025-12-31"))
        let least = try #require(half.firstYearLeast)
        #expect(least < half.today.amountCents && half.today.advanceCents < whole.today.advanceCents)
        let kept = try #require(FrozenYear(try JSONValue.parse(FrozenYear(half, isOwnRules: false).json.text)))
        #expect(try kept.outlook().today.advanceCents == half.today.advanceCents)
        let older = FrozenYear(half, isOwnRules: false).json.text.replacing("\"format\":2", with: "\"format\":1")
        #expect(try #require(FrozenYear(try JSONValue.parse(older))).outlook().today.advanceCents == whole.today.advanceCents)
    }

    @Test("concertations that were declared with a piece count from their last day, are named, and are kept")
    func declared() throws {
        var more = facts()
        more.declared = [
            DeclaredConcertations(id: .make(), from: day("2025-01-01"), to: day("2025-03-31"), meetings: 4, files: 7, piece: "Calendrier")
        ]
        let before = more.input(on: day("2025-03-30"))
        #expect(before[.meetings] == 0 && before[.files] == 0)
        let after = more.input(on: day("2025-12-31"))
        #expect(after[.meetings] == 6 && after[.files] == 10)
        #expect(more.declared[0].title == "RCP déclarées, janvier à mars\u{A0}2025")
        let concertation = try #require(try rules.indicator(.concertation))
        let origin = try #require(more.origins(of: concertation, on: day("2025-12-31")).first { $0.fact == .meetings })
        #expect(origin.source.contains("4\u{A0}réunions déclarées avec une pièce"))
        #expect(origin.lines.contains { $0.title.contains("Calendrier") })
        let outlook = try YearOutlook(more, rules: rules, day: day("2025-12-31"))
        let kept = try #require(FrozenYear(try JSONValue.parse(FrozenYear(outlook, isOwnRules: false).json.text)))
        #expect(kept.facts.declared == more.declared)
    }

    @Test("files that come back are counted each time or once, as the rules say")
    func filesCounted() throws {
        var once = facts()
        #expect(once.input(on: day("2025-12-31"))[.files] == 3)
        once.filesCounted = .distinct
        #expect(once.input(on: day("2025-12-31"))[.files] == 2)
        #expect(try rules.filesCounted == .discussions)
        let concertation = try #require(try rules.indicator(.concertation))
        let origin = try #require(once.origins(of: concertation, on: day("2025-12-31")).first { $0.fact == .files })
        #expect(origin.source.contains("chaque dossier compté une fois") && origin.source.contains("3 avec chaque examen compté"))
    }

    @Test("rules are official only up to the day that the text is known to apply; a copy is a hypothesis")
    func standing() throws {
        let rules = try rules
        #expect(rules.standing(of: 2025) == .official && rules.standing(of: 2026) == .carriedOver)
        #expect(!rules.standing(of: 2026).label.contains("officiel") && rules.standing(of: 2026).label.contains("hypothèse"))
        let copy = try RuleSet(json: rules.copy(id: "essai", name: "Essai", from: 2027, to: nil))
        #expect(copy.standing(of: 2027) == .hypothesis && copy.statusWords == "hypothèse")
        #expect(try RuleSet(json: rules.document, isOwn: true).standing(of: 2025) == .hypothesis)
    }

    @Test("missing prerequisites are unlocked together, for the amount that the exercise is then worth")
    func unlock() throws {
        var bare = facts()
        bare.achievements = []
        let today = try YearOutlook(bare, rules: rules, day: day("2025-12-31")).today
        let unlock = try #require(try today.unlock())
        #expect(unlock.missing == today.missingPrerequisites && unlock.missing.count == 2)
        bare.achievements = facts().achievements
        bare.parameters.acquiredOn = nil
        #expect(unlock.amountCents > today.amountCents)
        #expect(try YearOutlook(facts(), rules: rules, day: day("2025-12-31")).today.unlock() == nil)
    }

    @Test("every text of every rule set is set as French is")
    func typography() throws {
        for rules in ACI.book.ruleSets {
            var texts = [rules.name, rules.law] + rules.sources.map(\.title) + rules.indicators.map(\.name)
            texts += rules.indicators.flatMap { rules.words($0) } + rules.parameters.compactMap(\.note)
            texts += rules.parameters.flatMap { [rules.name($0), rules.shown($0), rules.unit($0)] }
            #expect(texts.count > 150)
            for text in texts {
                #expect(text == French.typeset(text), "\(rules.id): \(text)")
                #expect(!text.contains("centimes") && !text.contains("auteur non indiqué") && !text.contains("Reconstitution"), "\(text)")
            }
            for line in rules.parameters { #expect(!rules.name(line).contains("_"), "\(line.path)") }
        }
    }
}
