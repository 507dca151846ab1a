import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from seawall import reference
from seawall.entrypoints.cli import seawall
from seawall.entrypoints.files import read_file

OLD = str(Path(__file__).parents[3] / "validation/universe/format-1/core-1.0.0.yaml")


def run(*arguments: str):
    result = CliRunner().invoke(seawall, ["universe", *arguments], standalone_mode=False)
    return result, result.stdout


def test_listing_takes_an_industry_and_a_grain():
    rows = json.loads(run("list", "--json")[1])
    assert {r["grain"] for r in rows} == {"industry", "enterprise", "scenario"}
    by_id = {r["id"]: r for r in rows}
    assert by_id["market_risk"]["quantified"] is False
    assert by_id["market_risk"]["covers"] == {}
    assert by_id["ics_modbus_command"]["techniques"] == ["T0855", "T0836", "T0869", "T0831"]
    assert "network_segmentation" in by_id["ics_modbus_command"]["controls"]
    health = {r["id"] for r in json.loads(run("list", "--industry", "Q84", "--json")[1])}
    assert "medical_device_hijack" in health
    assert not {"ics_modbus_command", "connected_vehicles", "v2x_forged_messages"} & health
    packs = json.loads(run("list", "--grain", "industry", "--json")[1])
    assert {p["id"] for p in packs} >= {"telecom_internet", "connected_vehicles", "industrial_control", "healthcare"}
    for lang, word in (("zh", "勒索致诊疗中断"), ("en", "Ransomware stops care")):
        assert word in run("list", "--industry", "Q84", "--lang", lang)[1].replace("\n", "")


def test_an_industry_that_is_none_is_refused():
    result, _ = run("list", "--industry", "Z9")
    assert "GB/T 4754" in str(result.exception)


def test_what_is_exported_reads_back_to_the_same_hash(tmp_path):
    path = tmp_path / "universe.yaml"
    assert run("export", str(path))[0].return_value == 0
    again = reference.read_document("universe", read_file(str(path)))
    assert again.sha256 == reference.load("universe").sha256
    assert run("check", str(path))[0].return_value == 0
    assert run("diff", str(path), "shipped")[0].return_value == 0


def test_the_stix_bundle_can_go_to_a_pipe():
    _, out = run("export", "--format", "stix", "-")
    found = json.loads(out)
    assert found["type"] == "bundle"
    assert len([o for o in found["objects"] if o["type"] == "attack-pattern"]) > 100


def test_a_check_tells_every_problem_with_its_line(tmp_path):
    path = tmp_path / "broken.yaml"
    text = run("export", "-")[1].replace("- T1498.001\n", "- T9998\n", 1).replace("median: 267000", "median: many", 1)
    path.write_text(text, encoding="utf-8")
    result, out = run("check", str(path), "--lang", "en")
    assert result.return_value == 1
    assert out.count("\n") == 1  # what cannot be read hides what refers to it
    line = text.split("median: many")[0].count("\n") + 1
    assert out.startswith(f"{path}:{line}: families[0].severity.median: ")
    path.write_text(text.replace("median: many", "median: 267000"), encoding="utf-8")
    result, out = run("check", str(path), "--lang", "zh")
    assert "“T9998”" in out
    assert result.return_value == 1


def test_a_file_that_is_no_document_is_wrong_input(tmp_path):
    path = tmp_path / "list.yaml"
    path.write_text("- 1\n")
    assert "NotADocument" in repr(run("check", str(path))[0].exception)


@pytest.mark.parametrize("arguments", [("--json",), ("--lang", "zh"), ("--lang", "en")])
def test_releases_are_compared(arguments):
    result, out = run("diff", OLD, "shipped", *arguments)
    assert result.return_value == 1
    if arguments == ("--json",):
        told = json.loads(out)
        assert (told["old"], told["removed"]) == ("1.0.0", [])
        assert {"kind": "scenarios", "id": "bad_change"}.items() <= next(
            e for e in told["added"] if e["id"] == "bad_change"
        ).items()
    else:
        assert "+ scenarios bad_change" in out
        assert "effects.frequency of ransomware_remote_access" in out


def test_the_schema_is_printed():
    result = CliRunner().invoke(seawall, ["schema", "universe"], standalone_mode=False)
    assert json.loads(result.stdout)["title"] == "Risk universe, format 2"
    assert yaml.safe_load(result.stdout)["$defs"]["scenario"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_calibration_says_that_the_mean_means_nothing(lang):
    _, out = run("calibrate", "--lang", lang)
    assert {"zh": "均值没有意义", "en": "the mean is meaningless"}[lang] in out.replace("\n", "")
    assert "claim-frequency" in out


def test_a_calibration_takes_other_data_and_gives_numbers(tmp_path):
    shipped = json.loads(run("calibrate", "--json")[1])
    rows = reference.load("losses", "vcdb").body["incidents"]
    lines = ["incident_id,action,records_total,loss_overall_amount,quality"]
    lines += [f"{r['incident']},{r['action']},{r['records']},{r['loss']},{r['quality']}" for r in rows]
    (tmp_path / "vcdb_losses.csv").write_text("\n".join(lines))
    assert json.loads(run("calibrate", "--json", "--data", str(tmp_path))[1]) == shipped
    (tmp_path / "vcdb_losses.csv").write_text("\n".join(lines[:9]))
    assert "few_losses" in repr(run("calibrate", "--data", str(tmp_path))[0].exception)
    (tmp_path / "vcdb_losses.csv").unlink()
    assert isinstance(run("calibrate", "--data", str(tmp_path))[0].exception, OSError)
