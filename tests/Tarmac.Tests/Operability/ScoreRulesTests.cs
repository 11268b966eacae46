using System.Text.Json.Nodes;
using CsCheck;
using Tarmac.Catalog;
using Tarmac.Facts;
using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;
using Tarmac.Operability;

namespace Tarmac.Tests.Operability;

public sealed class ScoreRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_published_sample_of_24_aspects_has_91_667()
    {
        var findings = Findings((Outcome.Ok, 12), (Outcome.Info, 7), (Outcome.Warning, 2), (Outcome.Error, 3));
        Assert.Equal(91.6667, ScoreRules.Value(findings)!.Value, 4);
        Assert.Equal("12 ok × 1 + 7 info × 1 + 2 warning × 0.75 + 3 error × 0.5 = 22 of 24 → 91.7", ScoreRules.Arithmetic(findings).Text);
    }

    [Theory]
    [InlineData(49.9, 100, false, ScoreBand.AtRisk)]
    [InlineData(50, 100, false, ScoreBand.NeedsWork)]
    [InlineData(80, 100, false, ScoreBand.Good)]
    [InlineData(90, 80, false, ScoreBand.Ready)]
    [InlineData(100, 79, false, ScoreBand.Good)]
    [InlineData(99, 100, true, ScoreBand.AtRisk)]
    public void Bands_follow_the_percentage_a_critical_and_the_coverage(double value, double coverage, bool critical, ScoreBand band) =>
        Assert.Equal(band, ScoreRules.Band(value, coverage, critical ? Findings((Outcome.Critical, 1)) : Findings((Outcome.Ok, 1))));

    [Fact]
    public void What_was_never_known_does_not_count_and_lowers_the_coverage_only()
    {
        var known = Findings((Outcome.Ok, 3), (Outcome.Error, 1));
        var with = Findings((Outcome.Ok, 3), (Outcome.Error, 1), (Outcome.Unknown, 5), (Outcome.NotApplicable, 4));
        Assert.Equal(ScoreRules.Value(known), ScoreRules.Value(with));
        Assert.Equal(100, ScoreRules.Coverage(known));
        Assert.Equal(100.0 * 4 / 9, ScoreRules.Coverage(with));
        Assert.Null(ScoreRules.Value(Findings((Outcome.Unknown, 3))));
    }

    /// <summary>Whatever is known, and from however many sources: forgetting any part of it never raises score, band or coverage.</summary>
    [Fact]
    public void Deleting_facts_never_raises_a_score() =>
        Gen.Select(Gen.Int[0, 255], Gen.Int[0, 255], Gen.Int[0, 4]).Sample((which, lost, tier) =>
        {
            var facts = Facts(which);
            var before = Judge(facts, [], tier);
            var kept = new FactSet([.. facts.All.Where((_, index) => (lost & (1 << index)) == 0)]);
            var after = Judge(kept, before.Findings, tier);
            Assert.True(after.Value <= before.Value, $"{before.Value} became {after.Value}");
            Assert.True(after.Coverage <= before.Coverage);
            Assert.True(after.Band <= before.Band, $"{before.Band} became {after.Band}");
        });

    [Fact]
    public void A_check_that_loses_all_its_evidence_leaves_the_score_where_it_was()
    {
        foreach (var which in new[] { 0, 255 })
        {
            var before = Judge(Facts(which), [], 0);
            var after = Judge(FactSet.Empty, before.Findings, 0);
            Assert.Equal(before.Value, after.Value);
            Assert.Equal(before.N, after.N);
            Assert.True(after.Coverage < before.Coverage);
            Assert.Equal(after.Value, Judge(FactSet.Empty, after.Findings, 0).Value);
        }
    }

    /// <summary>Taking sections out of a runbook, or all of it, never raises a score: evidence that is gone is not a clean sheet.</summary>
    [Fact]
    public void Deleting_runbook_sections_never_raises_a_score() =>
        Gen.Select(Gen.Int[0, (1 << 14) - 1], Gen.Int[0, (1 << 14) - 1], Gen.Int[0, 4]).Sample((hollow, deleted, tier) =>
        {
            var text = Sections(hollow, 0);
            var before = Judge(Read(text), [], tier);
            var after = Judge(Read(Sections(hollow, deleted)), before.Findings, tier);
            Assert.True(after.Value <= before.Value, $"{before.Value} became {after.Value}");
            Assert.True(Judge(Read(null), before.Findings, tier).Value <= before.Value);
        });

    [Fact]
    public void A_late_collector_is_stale_then_unknown_and_never_worse()
    {
        var facts = new FactSet([.. Facts(0).All, new Fact(Entry(1).Ref, FactKeys.Readiness, "probe", new JsonObject { ["ready"] = true }, Now, Now + HealthProbe.Life)]);
        var fresh = Judge(facts, [], 1);
        Assert.False(fresh["HLT-01"].Evidence!.Stale);
        var late = Judge(facts, fresh.Findings, 1, Now + TimeSpan.FromMinutes(6));
        Assert.Equal(Outcome.Ok, late["HLT-01"].Outcome);
        Assert.True(late["HLT-01"].Evidence!.Stale);
        var gone = Judge(facts, late.Findings, 1, Now + TimeSpan.FromMinutes(11));
        Assert.Equal(Outcome.Unknown, gone["HLT-01"].Outcome);
        Assert.Equal(Outcome.Ok, gone["HLT-01"].Held);
        Assert.Equal(fresh.Value, gone.Value);
        Assert.True(gone.Coverage < fresh.Coverage);
    }

    [Fact]
    public void No_tier_is_judged_as_bronze_and_unsupported_is_told_without_cost()
    {
        var hollow = Read(Sections(1, 0));
        var none = Judge(hollow, [], 5);
        Assert.Null(none.Tier);
        Assert.Equal(Outcome.Error, none["OWN-04"].Outcome);
        Assert.Equal(Outcome.Info, none["RBK-01"].Outcome);
        var unsupported = Judge(hollow, [], 4);
        Assert.Equal(Outcome.Info, unsupported["RBK-01"].Outcome);
        Assert.Equal(100, unsupported.Value);
    }

    [Fact]
    public void Every_check_says_what_why_and_how_and_none_asks_for_a_tool()
    {
        Assert.Equal(CheckList.All.Count, CheckList.All.Select(check => check.Id).Distinct().Count());
        foreach (var check in CheckList.All)
        {
            foreach (var text in new[] { check.Aspect, check.Title, check.What, check.Why, check.Remedy }) Assert.NotEmpty(text);
            Assert.DoesNotContain("Tarmac", check.What + check.Why, StringComparison.Ordinal);
        }
    }

    private static List<Finding> Findings(params (Outcome Outcome, int Count)[] counts) =>
        [.. counts.SelectMany(each => Enumerable.Repeat(each.Outcome, each.Count)).Select(outcome => new Finding(CheckList.All[0], outcome, null, "", Now))];

    private static Score Judge(FactSet facts, IReadOnlyList<Finding> before, int tier, DateTimeOffset? now = null)
    {
        var entry = Entry(tier);
        return ScoreRules.Judge(new Examined(entry, CatalogIndex.Empty, facts, now ?? Now), before);
    }

    private static CatalogEntry Entry(int tier)
    {
        var word = ((string[])["platinum", "gold", "silver", "bronze", "unsupported", ""])[tier];
        var annotations = word.Length == 0 ? "" : $"annotations: {{tarmac.dev/service-tier: {word}}}";
        var text = $"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: till\n  {annotations}\nspec: {{type: service, lifecycle: production, owner: promotions}}\n";
        var reading = EntityReader.Read(text, "catalog-info.yaml");
        return new CatalogEntry
        {
            Entity = Assert.Single(reading.Entities),
            Source = new CatalogSource("test", SourceKind.Catalog, "/test", null, "test", Now),
            Hash = "",
            Since = Now,
            ChangedAt = Now,
            Claim = 1,
            Stale = false,
        };
    }

    // Each bit says of one fact whether it is good or bad.
    private static FactSet Facts(int which)
    {
        var entity = Entry(0).Ref;
        bool Good(int bit) => (which & (1 << bit)) != 0;
        return new FactSet(
        [
            .. Read(Sections(Good(0) ? 0 : which * 37 & 0x3fff, 0)).All,
            new Fact(entity, FactKeys.Readiness, "a", Good(1) ? new JsonObject { ["ready"] = true } : new JsonObject { ["ready"] = false }, Now, Now + HealthProbe.Life),
            new Fact(entity, FactKeys.Readiness, "b", Good(2) ? new JsonObject { ["ready"] = true } : new JsonObject { ["ready"] = false }, Now, Now + HealthProbe.Life),
            new Fact(entity, FactKeys.Health, "a", (Good(3) ? new HealthFact(true, 1, [], false, []) : HealthFact.None).ToJson(), Now, Now + HealthProbe.Life),
            new Fact(entity, FactKeys.Health, "b", (Good(4) ? new HealthFact(true, 1, [], false, ["bad"]) : HealthFact.None).ToJson(), Now, Now + HealthProbe.Life),
            new Fact(entity, FactKeys.Release, "a", new JsonObject { ["at"] = Now.AddDays(Good(5) ? -1 : -400).ToString("O") }, Now, null),
            new Fact(entity, FactKeys.Release, "b", new JsonObject { ["at"] = Now.AddDays(Good(6) ? -50 : -500).ToString("O") }, Now, null),
        ]);
    }

    private static FactSet Read(string? runbook)
    {
        var entry = Entry(0);
        var with = new CatalogEntry
        {
            Entity = entry.Entity,
            Source = entry.Source,
            Hash = "",
            Since = Now,
            ChangedAt = Now,
            Claim = 1,
            Stale = false,
            Runbook = runbook is null ? null : new RunbookFile("RUNBOOK.md", runbook),
        };
        return new FactSet([RunbookFact.Of(with).ToFact(entry.Ref, Now)]);
    }

    private static string Sections(int hollow, int deleted)
    {
        var parts = ScoredFolder.Runbook.Split("\n## ");
        var text = parts[0] + "\n";
        for (var index = 1; index < parts.Length; index++)
        {
            if ((deleted & (1 << (index - 1))) != 0) continue;
            var heading = parts[index].Split('\n')[0];
            text += (hollow & (1 << (index - 1))) != 0 ? $"\n## {heading}\n\nTODO\n" : $"\n## {parts[index]}";
        }
        return text;
    }
}
