import Kernel
import Testing

@testable import Budget

/// The exercise of a small structure, a value for each test to change.
private func facts(_ change: (inout YearFacts) -> Void = { _ in }) -> YearFacts {
    var facts = YearFacts(
        exercise: 2025, parameters: YearParameters(eligiblePatients: 500), sheetPatients: 4_000,
        team: TeamOverTime(members: [member("GP"), member("NURSE"), member("PHYSIO"), member("COORDINATOR", associate: false)]),
        achievements: [], concertations: [])
    facts.parameters.contractStartsOn = day("2023-01-01")
    change(&facts)
    return facts
}

private func member(
    _ profession: String, associate: Bool = true, joined: String = "2020-01-01", left: String? = nil
) -> TeamOverTime.Member {
    TeamOverTime.Member(
        profession: profession, isAssociate: associate, joinedOn: CivilDate(joined) ?? day("2020-01-01"),
        leftOn: left.flatMap { CivilDate($0) })
}

private func day(_ text: String) -> CivilDate { CivilDate(text) ?? CivilDate(daysSinceEpoch: 0) }

private func achievement(_ fact: Fact, _ quantity: Int, _ on: String) -> Achievement {
    Achievement(id: .make(), fact: fact, quantity: quantity, title: "Acte", day: day(on))
}

private func concertation(_ on: String, files: Int) -> ConcertationFact {
    ConcertationFact(id: .make(), day: day(on), files: files, evidence: 1)
}

@Suite("An exercise is the sum of dated facts")
struct YearFactsTests {
    @Test("what comes after the day asked does not count yet")
    func laterActsWait() {
        let facts = facts {
            $0.achievements = [achievement(.protocols, 1, "2025-03-01"), achievement(.protocols, 2, "2025-09-01")]
            $0.concertations = [concertation("2025-02-01", files: 4), concertation("2025-10-01", files: 6)]
        }
        let june = facts.input(on: day("2025-06-30"))
        #expect(june[.protocols] == 1 && june[.meetings] == 1 && june[.files] == 4)
        let december = facts.input(on: day("2025-12-31"))
        #expect(december[.protocols] == 3 && december[.meetings] == 2 && december[.files] == 10)
    }

    @Test("a day outside the exercise is its first or its last day")
    func daysAreClamped() {
        let facts = facts { $0.achievements = [achievement(.protocols, 1, "2025-12-31")] }
        #expect(facts.input(on: day("2027-01-01"))[.protocols] == 1)
        #expect(facts.input(on: day("2024-01-01"))[.protocols] == 0)
    }

    @Test("of levels the highest holds, and a level does not go back")
    func levelsTakeTheGreatest() {
        let facts = facts {
            $0.achievements = [achievement(.secondRecourseLevel, 2, "2025-02-01"), achievement(.secondRecourseLevel, 1, "2025-05-01")]
        }
        #expect(facts.input(on: day("2025-12-31"))[.secondRecourseLevel] == 2)
    }

    @Test("the pace counts whole units in proportion to the days gone by")
    func paceIsLinear() {
        let facts = facts {
            $0.concertations = (1...3).map { concertation("2025-0\($0)-10", files: 5) }
            $0.achievements = [achievement(.protocols, 1, "2025-01-15"), achievement(.crisisPlan, 1, "2025-01-15")]
        }
        // 90 days of 365 at the end of March: 3 × 365 / 90 = 12.2, 15 × 365 / 90 = 60.8, 1 × 365 / 90 = 4.06.
        let pace = facts.inputAtPace(of: day("2025-03-31"))
        #expect(pace[.meetings] == 12 && pace[.files] == 60 && pace[.protocols] == 4)
        #expect(pace[.crisisPlan] == 1 && pace[.patients] == 4_000)
        #expect(facts.inputAtPace(of: day("2025-12-31")) == facts.input(on: day("2025-12-31")))
    }

    @Test("the pace of a contract that began in July counts from July")
    func paceFollowsTheContract() {
        let facts = facts {
            $0.parameters.contractStartsOn = day("2025-07-01")
            $0.concertations = [concertation("2025-07-10", files: 5), concertation("2025-08-10", files: 5)]
        }
        // 62 of 184 days: 2 × 184 / 62 = 5.9.
        #expect(facts.inputAtPace(of: day("2025-08-31"))[.meetings] == 5)
    }

    @Test("a figure said for the year replaces that of the structure's sheet and of the team")
    func parametersComeFirst() {
        let facts = facts {
            $0.parameters.patients = 4_321
            $0.parameters.professionals = 9
        }
        let input = facts.input(on: day("2025-12-31"))
        #expect(input[.patients] == 4_321 && input[.professionals] == 9)
        let silent = self.silent.input(on: day("2025-12-31"))
        #expect(silent[.patients] == 4_000 && silent[.professionals] == 3)
    }

    private var silent: YearFacts { facts() }
}

@Suite("What the accord counts of a team")
struct TeamOverTimeTests {
    @Test("whoever left before the day is not counted, whoever leaves later is")
    func leaversCountUntilTheyLeave() {
        let team = TeamOverTime(members: [member("GP"), member("NURSE", left: "2025-06-30"), member("IPA", joined: "2025-09-01")])
        #expect(team.associates(on: day("2025-06-30")) == 2)
        #expect(team.associates(on: day("2025-07-01")) == 1)
        #expect(team.associates(on: day("2025-12-31")) == 2)
        #expect(!team.hasAdvancedPracticeNurse(on: day("2025-08-31")) && team.hasAdvancedPracticeNurse(on: day("2025-09-01")))
    }

    @Test("a psychologist, a coordinator and whoever is no associate are not associated professionals")
    func onlyAssociatedHealthProfessions() {
        let team = TeamOverTime(
            members: [member("GP"), member("PSYCHOLOGIST"), member("COORDINATOR", associate: false), member("NURSE", associate: false)])
        #expect(team.associates(on: day("2025-12-31")) == 1)
        #expect(team.hasCoordinator(on: day("2025-12-31")))
    }

    @Test(
        "diversity follows the professions of the associates (guide, A1-DIV)",
        arguments: [
            (["GP", "NURSE", "PHYSIO"], 0), (["GP", "PHARMACIST"], 1), (["GP", "NURSE", "PHYSIO", "SPEECH"], 1),
            (["GP", "MIDWIFE", "NURSE", "PHYSIO", "PODIATRIST"], 2), (["GP", "DENTIST", "NURSE", "IPA", "NURSE_ASALEE"], 1),
        ])
    func diversity(professions: [String], level: Int) {
        let team = TeamOverTime(members: professions.map { member($0) })
        #expect(team.diversityLevel(on: day("2025-12-31")) == level)
    }
}

@Suite("Where an exercise stands")
struct YearOutlookTests {
    @Test("today, the pace and the most grow from one to the next, and the months end where today is")
    func figuresAgree() throws {
        let book = try RuleBook.national()
        let rules = try #require(book.ruleSet(for: 2025))
        let facts = facts {
            $0.parameters.unscheduledCare = true
            $0.parameters.weekdayHours = ExactDecimal(12)
            $0.parameters.saturdayMorning = true
            $0.achievements = [
                achievement(.crisisPlan, 1, "2025-01-10"), achievement(.standardSystem, 1, "2025-01-10"),
                achievement(.protocols, 1, "2025-02-10"),
            ]
            $0.concertations = (1...5).map { concertation("2025-0\($0)-10", files: 3) }
        }
        let outlook = try YearOutlook(facts, rules: rules, day: day("2025-06-15"))
        #expect(outlook.today.prerequisitesMet)
        #expect(outlook.today.amountCents < outlook.atPace.amountCents && outlook.atPace.amountCents < outlook.fullCents)
        let months = try outlook.months()
        #expect(months.count == 6 && months.last?.points == outlook.today.pointsAtStake)
        #expect(zip(months, months.dropFirst()).allSatisfy { $0.points <= $1.points })
        let left = try YearOutlook(facts, rules: rules, day: day("2025-06-15"), leftOut: [.quality])
        #expect(left.fullPoints < outlook.fullPoints)
        #expect(left.lines.first { $0.indicator.id == .quality }?.state == .leftOut)
    }

    @Test("a prerequisite without a point blocks, an option without a point is to do")
    func statesAreSaid() throws {
        let rules = try #require(try RuleBook.national().ruleSet(for: 2025))
        let lines = try YearOutlook(facts(), rules: rules, day: day("2025-06-15")).lines
        #expect(lines.first { $0.indicator.id == .openingHours }?.state == .blocking)
        #expect(lines.first { $0.indicator.id == .externalCoordination }?.state == .missing)
        #expect(lines.first { $0.indicator.id == .coordination }?.state == .reached)
    }
}

@Suite("Figures of rules are changed in place")
struct RuleFiguresTests {
    @Test("a changed point value counts and becomes to verify; everything else stays")
    func changesOneFigure() throws {
        let rules = try #require(try RuleBook.national().ruleSet(for: 2025))
        let changed = try RuleSet(json: RuleFigures.changed(rules.document, ["total.point_value": "750"]))
        #expect(changed.total.pointValue.whole == 750)
        #expect(changed.parameters.first { $0.path == "total.point_value" }?.status == .toVerify)
        #expect(changed.parameters.count == rules.parameters.count)
        #expect(zip(changed.parameters, rules.parameters).filter { $0 != $1 }.count == 1)
    }

    @Test("every figure of every rule set can be reached by its path")
    func everyPathLeadsSomewhere() throws {
        for rules in try RuleBook.national().ruleSets {
            for line in rules.parameters where line.unit != .choice {
                let changed = RuleFigures.changed(rules.document, [line.path: "1"])
                #expect(line.value == "1" || changed != rules.document, "\(rules.id) \(line.path)")
            }
        }
    }
}
