using EnquiryTriage.Topics.Learning;

namespace EnquiryTriage.Topics.Tests;

public sealed class NeighboursTests
{
    private static readonly Neighbours Four = Neighbours.Create(
        ["east", "north-east", "north", "west"],
        [[2, 0], [1, 1], [0, 3], [-1, 0]]);

    [Fact]
    public void The_nearest_come_nearest_first_with_their_cosines()
    {
        var nearest = Four.Find([10f, 1f]);

        Assert.Equal("east north-east north", string.Join(" ", nearest.Select(text => text.Id)));
        Assert.Equal(10 / Math.Sqrt(101), nearest[0].Similarity, 0.01);
        Assert.Equal(11 / Math.Sqrt(202), nearest[1].Similarity, 0.01);
    }

    [Fact]
    public void They_survive_their_file()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Four.Write(writer);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);

        Assert.Equal(Four.Find([1f, 2f]), Neighbours.Read(reader).Find([1f, 2f]));
    }

    [Fact]
    public void Fewer_texts_than_wanted_are_no_fault() =>
        Assert.Single(Neighbours.Create(["only"], [[1, 0]]).Find([1f, 0f]));

    [Fact]
    public void A_model_with_the_encoder_names_the_training_texts_nearest_in_meaning()
    {
        using var model = TopicTrainer.Train(SmallData.Examples, null, SmallData.Options with { UseEncoder = true });

        var nearest = model.Predict(null, "What should I do about yellow patches in my grass?").Nearest;

        Assert.Equal("small-1", nearest[0].Id);
        Assert.Equal(3, nearest.Count);
        Assert.True(nearest[0].Similarity >= nearest[1].Similarity);
    }
}
