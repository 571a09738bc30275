import Kernel
import Testing

@Suite("Territories, their clocks and their bank holidays")
struct FrenchDaysTests {
    @Test(
        "A department has its clocks, as a number or as a name",
        arguments: [
            ("971", "America/Guadeloupe"), ("972", "America/Martinique"), ("973", "America/Cayenne"), ("974", "Indian/Reunion"),
            ("975", "America/Miquelon"), ("976", "Indian/Mayotte"), ("977", "America/St_Barthelemy"), ("978", "America/Marigot"),
            ("986", "Pacific/Wallis"), ("987", "Pacific/Tahiti"), ("988", "Pacific/Noumea"), ("La Réunion", "Indian/Reunion"),
            ("réunion", "Indian/Reunion"), ("Saint-Barthélemy", "America/St_Barthelemy"), ("Polynésie française", "Pacific/Tahiti"),
            ("Nouvelle-Calédonie", "Pacific/Noumea"), ("75", "Europe/Paris"), ("2A", "Europe/Paris"), ("91B", "Europe/Paris"),
            ("Côtes-d’Armor", "Europe/Paris"), ("Moselle", "Europe/Paris"), ("67", "Europe/Paris"),
        ])
    func zones(department: String, zone: String) throws {
        let territory = try #require(FrenchTerritory.of(department))
        #expect(territory.zones[0] == zone)
        #expect(territory.zones.allSatisfy { LocalTime.isZone($0) && FrenchTerritory.zoneList.contains($0) })
    }

    @Test("What is no department has none", arguments: ["", "00", "96", "979", "Wallonie", "7", "123456"])
    func unknown(text: String) { #expect(FrenchTerritory.of(text) == nil) }

    @Test(
        "Easter falls on its day",
        arguments: [
            (1954, "1954-04-18"), (2000, "2000-04-23"), (2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05"),
            (2038, "2038-04-25"),
        ])
    func easter(year: Int, day: String) { #expect(FrenchHolidays.easter(year).description == day) }

    @Test("Eleven days everywhere, and those of the territory beside them")
    func holidays() throws {
        let days = FrenchHolidays.of(2026, in: .metropole)
        #expect(days.count == 11)
        #expect(days.map(\.date.description).contains("2026-05-14"), "Ascension")
        #expect(days.map(\.date.description).contains("2026-05-25"), "Whit Monday")
        #expect(FrenchHolidays.of(2026, in: .alsaceMoselle).count == 13)
        #expect(FrenchHolidays.name(of: try #require(CivilDate("2026-12-20")), in: .reunion) == "Abolition de l’esclavage")
        #expect(FrenchHolidays.name(of: try #require(CivilDate("2026-12-20")), in: .metropole) == nil)
        #expect(FrenchHolidays.name(of: try #require(CivilDate("2026-05-22")), in: .martinique) == "Abolition de l’esclavage")
        #expect(FrenchHolidays.name(of: try #require(CivilDate("2026-04-03")), in: .alsaceMoselle) == "Vendredi saint")
        // Ascension and the eighth of May may share a year's week, never lose one another.
        #expect(FrenchHolidays.of(2008, in: .metropole).filter { $0.date.description == "2008-05-01" }.count == 2)
    }
}
