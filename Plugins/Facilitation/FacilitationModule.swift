import Foundation
public import Kernel

/// Team life: meetings from notice to signed minutes, decisions, case discussions (missions.md, area 1).
public struct FacilitationModule: MissionModule {
    public static let manifest = ModuleManifest(
        id: "facilitation", path: "equipe", label: "Équipe",
        summary: "Réunions, émargement, comptes-rendus, décisions et situations discutées.",
        version: "0.1.0", stability: .preview, weight: 10)

    private let migrations: [Migration]

    public init(host: ModuleHost) throws(ModuleSetupError) {
        migrations = try Migration.files(in: .module)
    }

    public func contributions() -> ModuleContributions {
        var given = ModuleContributions()
        given.permissions = Permissions.all
        given.records = [MeetingRecord.record, CaseRecord.record, DecisionRecord.record, GuestRecord.record, AssemblyRuleRecord.record]
        given.pages = FacilitationPages.pages()
        given.endpoints = Endpoints.all + PastMeetingEndpoints.all
        given.linkPages = FacilitationPages.linkPages()
        given.navigation = [
            NavigationItem(
                "Réunions", path: "reunions", permission: Permissions.readMeetings, weight: 10, inBottomBar: true, shortcut: "r",
                words: "émargement feuille compte-rendu convocation ordre du jour assemblée RCP"),
            NavigationItem(
                "Planifier", path: "planifier", permission: Permissions.writeMeetings, weight: 15, words: "convoquer réunion série RCP"),
            NavigationItem(
                "Situations RCP", path: "situations", permission: Permissions.readCases, weight: 20,
                words: "patients concertation dossiers cas"),
            NavigationItem("Décisions", path: "decisions", permission: Permissions.readDecisions, weight: 30),
        ]
        given.events = Events.all
        given.clocks = [Clocks.source]
        given.handlers = [Clocks.handler, Notices.heard]
        given.evidenceKinds = Evidence.kinds
        given.indicators = Indicators.all
        given.today = Today.sources
        given.firstSteps = [
            FirstStep(
                "facilitation.meeting", label: "Planifier la première réunion", reason: "Six dates et leurs convocations en une fois.",
                minutes: 2, path: "equipe/planifier", permission: Permissions.writeMeetings, weight: 60,
                done: "exists (select from facilitation.meeting m where m.msp_id = $1)")
        ]
        given.slots = [CaseMeetings.slot]
        given.jobs = [Decisions.job, Notices.job]
        given.demo = [FacilitationDemo.scenario]
        given.migrations = migrations
        return given
    }
}
